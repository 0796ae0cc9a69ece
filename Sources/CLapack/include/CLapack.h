// The entry points of BLAS and LAPACK that the project calls, taken from shared libraries when they are first needed.
//
// A library is opened, not linked: opening OpenBLAS costs milliseconds, and a program that never multiplies matrices
// does not pay them, nor has it to be installed where the program is built. Debian's packages for running it bring no
// headers, so the calls are declared here, after the reference BLAS (Dongarra, Du Croz, Hammarling, Duff, "A set of
// level 3 basic linear algebra subprograms", ACM TOMS 16, 1990) and LAPACK (Anderson et al., "LAPACK Users' Guide", third
// edition, SIAM 1999), with 32-bit integers.
#ifndef CLAPACK_H
#define CLAPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// INTEGER of the Fortran interface: 32 bits in every library named without the suffix 64.
typedef int32_t clapack_int;

// C := alpha op(A) op(B) + beta C, all column-major. A Fortran routine is passed the lengths of its CHARACTER arguments
// behind the others; one that is written in C ignores them.
typedef void clapack_dgemm_function(
    const char *transpose_a, const char *transpose_b, const clapack_int *m, const clapack_int *n, const clapack_int *k,
    const double *alpha, const double *a, const clapack_int *lda, const double *b, const clapack_int *ldb,
    const double *beta, double *c, const clapack_int *ldc, size_t length_a, size_t length_b);

// What was found in an opened library. A library stays open until the process ends.
typedef struct {
  clapack_dgemm_function *dgemm;
  // What OpenBLAS says of itself: version, options, the processor it chose its kernels for. NULL in other libraries.
  char *(*configuration)(void);
} clapack_library;

// Opens the shared library `name` and sets it to one thread where it is OpenBLAS.
//
// Returns whether `library` has been filled; if not, `reason` says why, cut to `capacity` bytes with the last one 0.
// May be called from any thread, but by one at a time.
bool clapack_open(const char *name, clapack_library *library, char *reason, size_t capacity);

// C := alpha A B + beta C for row-major matrices: A is m x k, B is k x n, and consecutive rows of A, B and C stand lda,
// ldb and ldc numbers apart. Nothing is checked. May be called from several threads at once.
void clapack_dgemm_rows(
    clapack_library library, clapack_int m, clapack_int n, clapack_int k, double alpha, const double *a,
    clapack_int lda, const double *b, clapack_int ldb, double beta, double *c, clapack_int ldc);

// LAPACK's routines, under their own names; all matrices column-major. Every one returns its INFO last: 0 where it
// succeeded, -i where argument i was illegal, and above 0 what the routine says.

// Factors a general matrix into Q R.
typedef void clapack_dgeqrf_function(
    const clapack_int *m, const clapack_int *n, double *a, const clapack_int *lda, double *tau, double *work,
    const clapack_int *lwork, clapack_int *info);

// Factors a symmetric positive definite matrix by Cholesky's method, and solves with the factor.
typedef void clapack_dpotrf_function(
    const char *uplo, const clapack_int *n, double *a, const clapack_int *lda, clapack_int *info, size_t length_uplo);
typedef void clapack_dpotrs_function(
    const char *uplo, const clapack_int *n, const clapack_int *nrhs, const double *a, const clapack_int *lda, double *b,
    const clapack_int *ldb, clapack_int *info, size_t length_uplo);

// Factors a symmetric positive semidefinite matrix by Cholesky's method with diagonal pivots.
typedef void clapack_dpstrf_function(
    const char *uplo, const clapack_int *n, double *a, const clapack_int *lda, clapack_int *piv, clapack_int *rank,
    const double *tol, double *work, clapack_int *info, size_t length_uplo);

// Eigenvalues, and on request eigenvectors, of a symmetric matrix by divide and conquer.
typedef void clapack_dsyevd_function(
    const char *jobz, const char *uplo, const clapack_int *n, double *a, const clapack_int *lda, double *w,
    double *work, const clapack_int *lwork, clapack_int *iwork, const clapack_int *liwork, clapack_int *info,
    size_t length_jobz, size_t length_uplo);

// Factors a banded matrix into L U with row exchanges, and solves with the factors.
typedef void clapack_dgbtrf_function(
    const clapack_int *m, const clapack_int *n, const clapack_int *kl, const clapack_int *ku, double *ab,
    const clapack_int *ldab, clapack_int *ipiv, clapack_int *info);
typedef void clapack_dgbtrs_function(
    const char *trans, const clapack_int *n, const clapack_int *kl, const clapack_int *ku, const clapack_int *nrhs,
    const double *ab, const clapack_int *ldab, const clapack_int *ipiv, double *b, const clapack_int *ldb,
    clapack_int *info, size_t length_trans);

// The same for a tridiagonal matrix.
typedef void clapack_dgttrf_function(
    const clapack_int *n, double *dl, double *d, double *du, double *du2, clapack_int *ipiv, clapack_int *info);
typedef void clapack_dgttrs_function(
    const char *trans, const clapack_int *n, const clapack_int *nrhs, const double *dl, const double *d,
    const double *du, const double *du2, const clapack_int *ipiv, double *b, const clapack_int *ldb, clapack_int *info,
    size_t length_trans);

// What was found in a library with LAPACK. The library stays open until the process ends.
typedef struct {
  clapack_dgeqrf_function *dgeqrf;
  clapack_dpotrf_function *dpotrf;
  clapack_dpotrs_function *dpotrs;
  clapack_dpstrf_function *dpstrf;
  clapack_dsyevd_function *dsyevd;
  clapack_dgbtrf_function *dgbtrf;
  clapack_dgbtrs_function *dgbtrs;
  clapack_dgttrf_function *dgttrf;
  clapack_dgttrs_function *dgttrs;
} clapack_lapack;

// Opens the shared library `name` for LAPACK as clapack_open does for BLAS, under the same terms.
bool clapack_open_lapack(const char *name, clapack_lapack *lapack, char *reason, size_t capacity);

// The calls, with counts by value. Nothing is checked; each returns INFO. May be called from several threads at once.
// A count of -1 for `lwork` asks for the size of the workspace, which is then written to its first element.
clapack_int clapack_dgeqrf(
    clapack_lapack lapack, clapack_int m, clapack_int n, double *a, clapack_int lda, double *tau, double *work,
    clapack_int lwork);
clapack_int clapack_dpotrf(clapack_lapack lapack, char uplo, clapack_int n, double *a, clapack_int lda);
clapack_int clapack_dpotrs(
    clapack_lapack lapack, char uplo, clapack_int n, clapack_int nrhs, const double *a, clapack_int lda, double *b,
    clapack_int ldb);
clapack_int clapack_dpstrf(
    clapack_lapack lapack, char uplo, clapack_int n, double *a, clapack_int lda, clapack_int *piv, clapack_int *rank,
    double tol, double *work);
clapack_int clapack_dsyevd(
    clapack_lapack lapack, char jobz, char uplo, clapack_int n, double *a, clapack_int lda, double *w, double *work,
    clapack_int lwork, clapack_int *iwork, clapack_int liwork);
clapack_int clapack_dgbtrf(
    clapack_lapack lapack, clapack_int m, clapack_int n, clapack_int kl, clapack_int ku, double *ab, clapack_int ldab,
    clapack_int *ipiv);
clapack_int clapack_dgbtrs(
    clapack_lapack lapack, char trans, clapack_int n, clapack_int kl, clapack_int ku, clapack_int nrhs,
    const double *ab, clapack_int ldab, const clapack_int *ipiv, double *b, clapack_int ldb);
clapack_int clapack_dgttrf(
    clapack_lapack lapack, clapack_int n, double *dl, double *d, double *du, double *du2, clapack_int *ipiv);
clapack_int clapack_dgttrs(
    clapack_lapack lapack, char trans, clapack_int n, clapack_int nrhs, const double *dl, const double *d,
    const double *du, const double *du2, const clapack_int *ipiv, double *b, clapack_int ldb);

#endif
