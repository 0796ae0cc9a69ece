#define _GNU_SOURCE
#include "CLapack.h"

#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>

// OpenBLAS starts a thread for every processor as it is opened, and each of them spins for tens of milliseconds before
// it sleeps, on cores that our own threads need. It counts the processors that the opening thread may run on, so the
// thread is held to its present one meanwhile: then there is none to start. (The environment could say the same, but
// changing it is not safe beside threads that read it.)
static void *open_on_one_processor(const char *name) {
#ifdef __linux__
  cpu_set_t allowed, present;
  CPU_ZERO(&present);
  int processor = sched_getcpu();
  bool held = false;
  if (processor >= 0 && processor < CPU_SETSIZE && sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    CPU_SET(processor, &present);
    held = sched_setaffinity(0, sizeof present, &present) == 0;
  }
  void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (held) sched_setaffinity(0, sizeof allowed, &allowed);
  return handle;
#else
  return dlopen(name, RTLD_NOW | RTLD_LOCAL);
#endif
}

// Opens the library and looks up `count` routines; OpenBLAS, be it the library itself or one that it stands on, is set to
// one thread. NULL, with the reason, where anything is missing.
static void *open_with(
    const char *name, const char *const *routines, void **found, size_t count, char *reason, size_t capacity) {
  void *handle = open_on_one_processor(name);
  if (!handle) {
    const char *error = dlerror();
    snprintf(reason, capacity, "%s", error ? error : "cannot be opened");
    return NULL;
  }
  for (size_t index = 0; index < count; index++) {
    found[index] = dlsym(handle, routines[index]);
    if (!found[index]) {
      snprintf(reason, capacity, "%s: has no %s", name, routines[index]);
      dlclose(handle);
      return NULL;
    }
  }
  void (*set_threads)(int) = (void (*)(int))dlsym(handle, "openblas_set_num_threads");
  if (set_threads) set_threads(1);
  return handle;
}

bool clapack_open(const char *name, clapack_library *library, char *reason, size_t capacity) {
  static const char *const routines[] = {"dgemm_"};
  void *found[1];
  void *handle = open_with(name, routines, found, 1, reason, capacity);
  if (!handle) return false;
  library->dgemm = (clapack_dgemm_function *)found[0];
  library->configuration = (char *(*)(void))dlsym(handle, "openblas_get_config");
  return true;
}

// A row-major matrix is the transpose of a column-major one in the same memory, and (A B)' = B' A'.
void clapack_dgemm_rows(
    clapack_library library, clapack_int m, clapack_int n, clapack_int k, double alpha, const double *a,
    clapack_int lda, const double *b, clapack_int ldb, double beta, double *c, clapack_int ldc) {
  library.dgemm("N", "N", &n, &m, &k, &alpha, b, &ldb, a, &lda, &beta, c, &ldc, 1, 1);
}

bool clapack_open_lapack(const char *name, clapack_lapack *lapack, char *reason, size_t capacity) {
  static const char *const routines[] = {"dgeqrf_", "dpotrf_", "dpotrs_", "dpstrf_", "dsyevd_",
                                         "dgbtrf_", "dgbtrs_", "dgttrf_", "dgttrs_"};
  void *found[9];
  if (!open_with(name, routines, found, 9, reason, capacity)) return false;
  lapack->dgeqrf = (clapack_dgeqrf_function *)found[0];
  lapack->dpotrf = (clapack_dpotrf_function *)found[1];
  lapack->dpotrs = (clapack_dpotrs_function *)found[2];
  lapack->dpstrf = (clapack_dpstrf_function *)found[3];
  lapack->dsyevd = (clapack_dsyevd_function *)found[4];
  lapack->dgbtrf = (clapack_dgbtrf_function *)found[5];
  lapack->dgbtrs = (clapack_dgbtrs_function *)found[6];
  lapack->dgttrf = (clapack_dgttrf_function *)found[7];
  lapack->dgttrs = (clapack_dgttrs_function *)found[8];
  return true;
}

clapack_int clapack_dgeqrf(
    clapack_lapack lapack, clapack_int m, clapack_int n, double *a, clapack_int lda, double *tau, double *work,
    clapack_int lwork) {
  clapack_int info = 0;
  lapack.dgeqrf(&m, &n, a, &lda, tau, work, &lwork, &info);
  return info;
}

clapack_int clapack_dpotrf(clapack_lapack lapack, char uplo, clapack_int n, double *a, clapack_int lda) {
  clapack_int info = 0;
  lapack.dpotrf(&uplo, &n, a, &lda, &info, 1);
  return info;
}

clapack_int clapack_dpotrs(
    clapack_lapack lapack, char uplo, clapack_int n, clapack_int nrhs, const double *a, clapack_int lda, double *b,
    clapack_int ldb) {
  clapack_int info = 0;
  lapack.dpotrs(&uplo, &n, &nrhs, a, &lda, b, &ldb, &info, 1);
  return info;
}

clapack_int clapack_dpstrf(
    clapack_lapack lapack, char uplo, clapack_int n, double *a, clapack_int lda, clapack_int *piv, clapack_int *rank,
    double tol, double *work) {
  clapack_int info = 0;
  lapack.dpstrf(&uplo, &n, a, &lda, piv, rank, &tol, work, &info, 1);
  return info;
}

clapack_int clapack_dsyevd(
    clapack_lapack lapack, char jobz, char uplo, clapack_int n, double *a, clapack_int lda, double *w, double *work,
    clapack_int lwork, clapack_int *iwork, clapack_int liwork) {
  clapack_int info = 0;
  lapack.dsyevd(&jobz, &uplo, &n, a, &lda, w, work, &lwork, iwork, &liwork, &info, 1, 1);
  return info;
}

clapack_int clapack_dgbtrf(
    clapack_lapack lapack, clapack_int m, clapack_int n, clapack_int kl, clapack_int ku, double *ab, clapack_int ldab,
    clapack_int *ipiv) {
  clapack_int info = 0;
  lapack.dgbtrf(&m, &n, &kl, &ku, ab, &ldab, ipiv, &info);
  return info;
}

clapack_int clapack_dgbtrs(
    clapack_lapack lapack, char trans, clapack_int n, clapack_int kl, clapack_int ku, clapack_int nrhs,
    const double *ab, clapack_int ldab, const clapack_int *ipiv, double *b, clapack_int ldb) {
  clapack_int info = 0;
  lapack.dgbtrs(&trans, &n, &kl, &ku, &nrhs, ab, &ldab, ipiv, b, &ldb, &info, 1);
  return info;
}

clapack_int clapack_dgttrf(
    clapack_lapack lapack, clapack_int n, double *dl, double *d, double *du, double *du2, clapack_int *ipiv) {
  clapack_int info = 0;
  lapack.dgttrf(&n, dl, d, du, du2, ipiv, &info);
  return info;
}

clapack_int clapack_dgttrs(
    clapack_lapack lapack, char trans, clapack_int n, clapack_int nrhs, const double *dl, const double *d,
    const double *du, const double *du2, const clapack_int *ipiv, double *b, clapack_int ldb) {
  clapack_int info = 0;
  lapack.dgttrs(&trans, &n, &nrhs, dl, d, du, du2, ipiv, b, &ldb, &info, 1);
  return info;
}
