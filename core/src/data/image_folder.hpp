#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

#include "contents.hpp"
#include "table.hpp"

namespace pegbox {

struct ImageSize {
  std::size_t height = 0;
  std::size_t width = 0;
};

struct ImageChoice {
  std::optional<ImageSize> size = {};        ///< pictures of other sizes are made so; none: all have the same
  std::optional<std::size_t> channels = {};  ///< 1 or 3; none: those of the first picture
};

/// Reads a folder that has one folder for each class, with PNG and JPEG files (`.png`, `.jpg`, `.jpeg`); classes and
/// files are ordered by name, other files are passed over. Where it has a folder `train`, that one has the classes, and
/// a folder `test` beside it those of the test part. Inputs are bytes, of shape [channels, height, width], in room of
/// `make_room(…, most_in_memory)`. Throws `StudyError` with the file: a picture is damaged, of another size, or in
/// colour where the first is grey and nothing is said; a class has no picture; there is only one class; a class of the
/// test part is unknown.
Table read_images(const std::filesystem::path& folder, const ImageChoice& choice,
                  std::size_t most_in_memory = kMostInMemory);

}  // namespace pegbox
