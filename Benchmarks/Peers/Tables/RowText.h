// Cells of a CSV row without quotes, as a loop over commas finds them.
#pragma once
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// A file read whole.
inline std::string readText(const std::string& path) {
  FILE* file = fopen(path.c_str(), "rb");
  if (!file) {
    fprintf(stderr, "%s: cannot be read\n", path.c_str());
    exit(66);
  }
  fseek(file, 0, SEEK_END);
  std::string text(ftell(file), '\0');
  rewind(file);
  if (fread(text.data(), 1, text.size(), file) != text.size()) exit(66);
  fclose(file);
  return text;
}

/// Takes the next cell and the comma or line end behind it.
inline std::string_view takeCell(const char*& p, const char* end) {
  const char* start = p;
  while (p < end && *p != ',' && *p != '\n') p++;
  std::string_view cell(start, p - start);
  if (p < end) p++;
  return cell;
}

inline double takeNumber(const char*& p, const char* end) {
  double value = 0;
  auto [rest, error] = std::from_chars(p, end, value);
  if (error == std::errc() || *p == ',' || *p == '\n') {
    p = rest < end ? rest + 1 : end;
    return value;
  }
  fprintf(stderr, "found a cell that is no number\n");
  exit(65);
}

/// Where piece `index` of `count` begins: behind the first line end from there on.
inline const char* pieceStart(const std::string& text, size_t from, int index, int count) {
  if (index == count) return text.data() + text.size();
  if (index == 0) return text.data() + from;
  size_t place = from + (text.size() - from) * index / count;
  size_t line = text.find('\n', place);
  return text.data() + (line == std::string::npos ? text.size() : line + 1);
}
