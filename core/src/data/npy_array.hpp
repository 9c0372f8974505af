#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "contents.hpp"

namespace pegbox {

/// What numbers an array of NumPy holds.
enum class NpyType { f4, f8, u1, i1, i2, i4, i8, b1 };

/// An array as a file in NumPy's format holds it, row by row.
struct NpyArray {
  std::string source;
  NpyType type = NpyType::f4;
  std::vector<std::int64_t> sizes;
  Contents data;
};

bool is_whole(NpyType type);  ///< integers and booleans

/// Maps a file in NumPy's format, versions 1 to 3: floats of 4 and 8 bytes, signed integers of 1 to 8 and unsigned ones
/// of 1, booleans, little-endian, in C order. Throws `StudyError` with the file for all else, and where its size is not
/// the one that its header says.
NpyArray map_npy(const std::filesystem::path& file);

/// Calls `with(T{})`, T being the type of the array's numbers; booleans are `std::uint8_t`.
template <class Function>
decltype(auto) with_type(NpyType type, const Function& with) {
  switch (type) {
    case NpyType::f4:
      return with(float{});
    case NpyType::f8:
      return with(double{});
    case NpyType::i1:
      return with(std::int8_t{});
    case NpyType::i2:
      return with(std::int16_t{});
    case NpyType::i4:
      return with(std::int32_t{});
    case NpyType::i8:
      return with(std::int64_t{});
    case NpyType::u1:
    case NpyType::b1:
      break;
  }
  return with(std::uint8_t{});
}

}  // namespace pegbox
