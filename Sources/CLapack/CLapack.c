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

bool clapack_open(const char *name, clapack_library *library, char *reason, size_t capacity) {
  void *handle = open_on_one_processor(name);
  if (!handle) {
    const char *error = dlerror();
    snprintf(reason, capacity, "%s", error ? error : "cannot be opened");
    return false;
  }
  clapack_dgemm_function *dgemm = (clapack_dgemm_function *)dlsym(handle, "dgemm_");
  if (!dgemm) {
    snprintf(reason, capacity, "%s: has no dgemm_", name);
    dlclose(handle);
    return false;
  }
  void (*set_threads)(int) = (void (*)(int))dlsym(handle, "openblas_set_num_threads");
  if (set_threads) set_threads(1);
  library->dgemm = dgemm;
  library->configuration = (char *(*)(void))dlsym(handle, "openblas_get_config");
  return true;
}

// A row-major matrix is the transpose of a column-major one in the same memory, and (A B)' = B' A'.
void clapack_dgemm_rows(
    clapack_library library, clapack_int m, clapack_int n, clapack_int k, double alpha, const double *a,
    clapack_int lda, const double *b, clapack_int ldb, double beta, double *c, clapack_int ldc) {
  library.dgemm("N", "N", &n, &m, &k, &alpha, b, &ldb, a, &lda, &beta, c, &ldc, 1, 1);
}
