#pragma once
// What a signal that ends the program takes with it: files under temporary names, and a progress bar on the terminal.
//
// In C because a signal's handler may call nearly nothing: no allocation, no lock, no reference count.

// Ends on SIGINT, SIGTERM and SIGHUP by that very signal, after the files are removed and the bar is cleared. A signal
// that is ignored (nohup) stays so.
void ci_install(void);

// Has a file removed should a signal end the program; gives its slot, or -1 where none is free or the path is too long.
int ci_guard_file(const char *path);

// The file of a slot has its own name now, or is gone.
void ci_release_file(int slot);

// Says whether a bar stands on standard error.
void ci_set_bar(int is_shown);

// Removes the guarded files: what the handler does.
void ci_remove_files(void);
