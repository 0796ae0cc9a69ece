#include "CGzip.h"

#if !__has_include(<zlib.h>)
#error "found no zlib.h, wanted the headers of zlib for .gz files: apt-get install zlib1g-dev"
#endif

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

static int (*inflate_init)(z_streamp, int, const char *, int);
static int (*inflate_step)(z_streamp, int);
static int (*inflate_restart)(z_streamp);
static int (*inflate_end)(z_streamp);
static int (*deflate_init)(z_streamp, int, int, int, int, int, const char *, int);
static int (*deflate_step)(z_streamp, int);
static int (*deflate_end)(z_streamp);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int available;

static void load(void) {
#if defined(__APPLE__)
  void *zlib = dlopen("libz.1.dylib", RTLD_NOW | RTLD_LOCAL);
#else
  void *zlib = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
#endif
  if (!zlib) return;
  inflate_init = dlsym(zlib, "inflateInit2_");
  inflate_step = dlsym(zlib, "inflate");
  inflate_restart = dlsym(zlib, "inflateReset");
  inflate_end = dlsym(zlib, "inflateEnd");
  deflate_init = dlsym(zlib, "deflateInit2_");
  deflate_step = dlsym(zlib, "deflate");
  deflate_end = dlsym(zlib, "deflateEnd");
  available = inflate_init && inflate_step && inflate_restart && inflate_end && deflate_init && deflate_step &&
              deflate_end;
}

int cg_is_available(void) {
  pthread_once(&once, load);
  return available;
}

// A window of 2^15 bytes, and 16 more to say that the format is gzip.
enum { WINDOW = 15 + 16 };

void *cg_reader_open(void) {
  if (!cg_is_available()) return NULL;
  z_stream *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  if (inflate_init(stream, WINDOW, ZLIB_VERSION, (int)sizeof *stream) != Z_OK) {
    free(stream);
    return NULL;
  }
  return stream;
}

void cg_reader_close(void *reader) {
  if (!reader) return;
  inflate_end(reader);
  free(reader);
}

int cg_reader_restart(void *reader) { return inflate_restart(reader) == Z_OK ? CG_MORE : CG_DAMAGED; }

static uInt within_uint(size_t count) { return count > 1u << 30 ? 1u << 30 : (uInt)count; }

int cg_reader_step(void *reader, const uint8_t *in, size_t *in_count, uint8_t *out, size_t *out_count) {
  z_stream *stream = reader;
  uInt given = within_uint(*in_count), room = within_uint(*out_count);
  stream->next_in = (Bytef *)in;
  stream->avail_in = given;
  stream->next_out = out;
  stream->avail_out = room;
  int code = inflate_step(stream, Z_NO_FLUSH);
  *in_count = given - stream->avail_in;
  *out_count = room - stream->avail_out;
  switch (code) {
  case Z_OK:
  case Z_BUF_ERROR: return CG_MORE;
  case Z_STREAM_END: return CG_MEMBER_END;
  case Z_MEM_ERROR: return CG_NO_MEMORY;
  default: return CG_DAMAGED;
  }
}

size_t cg_member_bound(size_t count) {
  // Stored blocks cost five bytes for 16 KiB, head and tail of the member eighteen: this is more.
  return count + (count >> 10) + 128;
}

size_t cg_member(const uint8_t *in, size_t count, uint8_t *out, size_t room, int level) {
  if (!cg_is_available() || count > 1u << 30 || room > 1u << 30) return 0;
  z_stream stream = {0};
  if (deflate_init(&stream, level, Z_DEFLATED, WINDOW, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, (int)sizeof stream) != Z_OK)
    return 0;
  stream.next_in = (Bytef *)in;
  stream.avail_in = (uInt)count;
  stream.next_out = out;
  stream.avail_out = (uInt)room;
  int code = deflate_step(&stream, Z_FINISH);
  size_t size = room - stream.avail_out;
  deflate_end(&stream);
  return code == Z_STREAM_END ? size : 0;
}
