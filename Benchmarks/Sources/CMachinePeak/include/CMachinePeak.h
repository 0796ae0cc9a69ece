#pragma once
// Fused multiply-adds of doubles a second of this thread, lanes counted, with the widest vectors the machine has; 0 where
// it has neither AVX-512 nor AVX2 with FMA. The bound of a kernel is this over its multiplications and fused
// multiply-adds an option: on every processor they share the same units.
double machine_peak(void);
