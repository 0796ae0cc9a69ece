#pragma once
// gzip (RFC 1952) by the system's zlib, which is loaded when a file is first compressed or read so: no other command pays
// for it.

#include <stddef.h>
#include <stdint.h>

// How a step of reading ended.
enum {
  CG_MORE = 0,       // more input or more room is wanted
  CG_MEMBER_END = 1, // a member of the file has ended, and its checksum is right
  CG_DAMAGED = 2,    // the bytes are no gzip data
  CG_NO_MEMORY = 3,
};

// 1 where zlib is there.
int cg_is_available(void);

// A reader of one gzip member; NULL where memory or zlib is missing.
void *cg_reader_open(void);
void cg_reader_close(void *reader);
// Starts with the next member.
int cg_reader_restart(void *reader);
// Takes bytes from `in` and gives bytes to `out`. The counts become those taken and given.
int cg_reader_step(void *reader, const uint8_t *in, size_t *in_count, uint8_t *out, size_t *out_count);

// The room that a member of `count` bytes may need.
size_t cg_member_bound(size_t count);
// Writes one member without name or time, the same bytes for the same input, and gives its size; 0 where it fails.
size_t cg_member(const uint8_t *in, size_t count, uint8_t *out, size_t room, int level);
