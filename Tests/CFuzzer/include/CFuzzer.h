#pragma once
// The entry of libFuzzer, which the compiler links in under `-sanitize=fuzzer`; null in every other build.
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*call)(const uint8_t *bytes, size_t count))
    __attribute__((weak));

static inline int fuzzer_is_linked(void) { return LLVMFuzzerRunDriver != NULL; }
