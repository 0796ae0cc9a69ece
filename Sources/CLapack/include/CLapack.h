// The entry points of BLAS that the project calls, taken from a shared library when they are first needed.
//
// The library is opened, not linked: opening OpenBLAS costs milliseconds, and a program that never multiplies matrices
// does not pay them, nor has it to be installed where the program is built. Debian's packages for running it bring no
// headers, so the calls are declared here, after the reference BLAS (Dongarra, Du Croz, Hammarling, Duff, "A set of
// level 3 basic linear algebra subprograms", ACM TOMS 16, 1990), with 32-bit integers.
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

#endif
