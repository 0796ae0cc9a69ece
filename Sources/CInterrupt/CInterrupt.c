#include "CInterrupt.h"

#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 16, FREE = 0, TAKEN = 1, GUARDED = 2 };

static struct {
  atomic_int state;
  char path[PATH_MAX];
} files[SLOTS];

static atomic_int bar;

int ci_guard_file(const char *path) {
  if (strlen(path) >= PATH_MAX) return -1;
  for (int slot = 0; slot < SLOTS; slot++) {
    int expected = FREE;
    if (!atomic_compare_exchange_strong(&files[slot].state, &expected, TAKEN)) continue;
    strcpy(files[slot].path, path);
    // Only a path that is whole is seen by the handler.
    atomic_store(&files[slot].state, GUARDED);
    return slot;
  }
  return -1;
}

void ci_release_file(int slot) {
  if (slot >= 0 && slot < SLOTS) atomic_store(&files[slot].state, FREE);
}

void ci_set_bar(int is_shown) { atomic_store(&bar, is_shown); }

void ci_remove_files(void) {
  for (int slot = 0; slot < SLOTS; slot++)
    if (atomic_load(&files[slot].state) == GUARDED) unlink(files[slot].path);
}

static void handle(int number) {
  ci_remove_files();
  if (atomic_load(&bar)) {
    ssize_t written = write(2, "\r\033[K", 4);
    (void)written;
  }
  // The default action stands again (SA_RESETHAND), so that whoever waits for the program sees the signal.
  raise(number);
}

void ci_install(void) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  // A parent that starts programs from a worker thread hands down a mask that blocks them, which nobody means.
  sigset_t heeded;
  sigemptyset(&heeded);
  for (int index = 0; index < 3; index++) {
    struct sigaction before;
    if (sigaction(numbers[index], NULL, &before) != 0 || before.sa_handler == SIG_IGN) continue;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    action.sa_flags = (int)(SA_RESETHAND | SA_NODEFER);
    sigemptyset(&action.sa_mask);
    sigaction(numbers[index], &action, NULL);
    sigaddset(&heeded, numbers[index]);
  }
  sigprocmask(SIG_UNBLOCK, &heeded, NULL);
}
