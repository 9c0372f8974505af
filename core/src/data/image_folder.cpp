#include "image_folder.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include <pegbox/error.hpp>
#include <pegbox/nearest.hpp>

#include "fault.hpp"
#include "picture.hpp"
#include "resize.hpp"
#include "whole_classes.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;

/// What is in a folder, by name; without hidden files.
std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> result;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (!entry->path().filename().string().starts_with('.')) result.push_back(entry->path());
  }
  if (error) throw StudyError("cannot read '" + folder.string() + "': " + error.message());
  std::sort(result.begin(), result.end(),
            [](const fs::path& a, const fs::path& b) { return a.filename().string() < b.filename().string(); });
  return result;
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool is_picture(const fs::path& file) {
  std::string end = file.extension().string();
  std::transform(end.begin(), end.end(), end.begin(),
                 [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; });
  return end == ".png" || end == ".jpg" || end == ".jpeg";
}

/// The pictures of a folder with a folder for each class.
struct Listing {
  std::vector<std::string> classes;
  std::vector<fs::path> files;
  std::vector<std::int64_t> labels;
};

Listing list_pictures(const fs::path& folder) {
  Listing listing;
  for (const fs::path& entry : entries(folder)) {
    if (!is_folder(entry)) continue;
    const auto label = static_cast<std::int64_t>(listing.classes.size());
    listing.classes.push_back(entry.filename().string());
    for (const fs::path& file : entries(entry)) {
      if (!is_picture(file)) continue;
      listing.files.push_back(file);
      listing.labels.push_back(label);
    }
    if (listing.labels.empty() || listing.labels.back() != label) {
      throw fault(entry, "the class has no .png, .jpg or .jpeg file");
    }
  }
  return listing;
}

/// What all pictures have in common, and the first of them.
struct Kind {
  ImageSize size;
  std::size_t channels = 0;
  bool any_size = false;
  bool said_channels = false;
  fs::path first;

  std::size_t bytes() const { return size.height * size.width * channels; }
};

Kind kind_of(const fs::path& first, const ImageChoice& choice) {
  const Picture picture = read_picture(first, choice.channels);
  return {choice.size.value_or(ImageSize{picture.height, picture.width}), picture.channels, choice.size.has_value(),
          choice.channels.has_value(), first};
}

std::string size_text(std::size_t height, std::size_t width) {
  return std::to_string(height) + " x " + std::to_string(width);
}

Picture fitting_picture(const fs::path& file, const Kind& kind) {
  // Where nothing is said and the first is grey, colours must not get lost unnoticed.
  const bool ask = !kind.said_channels && kind.channels == 1;
  Picture picture = read_picture(file, ask ? std::nullopt : std::optional(kind.channels));
  if (picture.channels != kind.channels) {
    throw fault(file, "it has colours, but '" + kind.first.string() + "' has none; say channels: 1 or channels: 3");
  }
  const bool same = picture.height == kind.size.height && picture.width == kind.size.width;
  if (!same && !kind.any_size) {
    throw fault(file, "it is " + size_text(picture.height, picture.width) + ", but '" + kind.first.string() + "' is " +
                          size_text(kind.size.height, kind.size.width) + "; say size: [HEIGHT, WIDTH]");
  }
  return same ? std::move(picture) : resized(picture, kind.size.height, kind.size.width);
}

/// Pixels of all channels become one picture after the other.
void write_channels(const Picture& picture, std::uint8_t* out) {
  for (std::size_t channel = 0; channel < picture.channels; ++channel) {
    for (std::size_t at = channel; at < picture.pixels.size(); at += picture.channels) *out++ = picture.pixels[at];
  }
}

Part read_part(const Listing& listing, const Kind& kind, std::size_t most_in_memory) {
  const std::size_t size = listing.files.size() * kind.bytes();
  const auto room = make_room(size, most_in_memory);
  std::uint8_t* out = room.get();
  for (const fs::path& file : listing.files) {
    write_channels(fitting_picture(file, kind), out);
    out += kind.bytes();
  }
  return {listing.files.size(), Inputs(room, std::span<const std::uint8_t>(room.get(), size))};
}

/// The test part's classes as numbers of the others.
WholeLabels known_labels(const Listing& test, const Listing& train, const fs::path& folder) {
  std::vector<std::int64_t> numbers;
  for (const std::string& name : test.classes) {
    const auto place = std::find(train.classes.begin(), train.classes.end(), name);
    if (place == train.classes.end()) {
      throw fault(folder / name, "no row to learn from is of this class" + suggestion(name, train.classes));
    }
    numbers.push_back(place - train.classes.begin());
  }
  WholeLabels labels{folder.string(), {}};
  for (const std::int64_t label : test.labels) labels.values.push_back(numbers[static_cast<std::size_t>(label)]);
  return labels;
}

}  // namespace

Table read_images(const fs::path& folder, const ImageChoice& choice, std::size_t most_in_memory) {
  const bool split = is_folder(folder / "train");
  const fs::path train_folder = split ? folder / "train" : folder;
  const fs::path test_folder = folder / "test";
  const Listing train = list_pictures(train_folder);
  if (train.classes.size() < 2) {
    throw fault(train_folder, "at least two folders of pictures are needed, one for each class, and there " +
                                  std::string(train.classes.empty() ? "is none" : "is one"));
  }
  const Kind kind = kind_of(train.files.front(), choice);
  Table table;
  table.shape = {static_cast<std::int64_t>(kind.channels), static_cast<std::int64_t>(kind.size.height),
                 static_cast<std::int64_t>(kind.size.width)};
  table.train = read_part(train, kind, most_in_memory);
  WholeLabels labels;
  if (split && is_folder(test_folder)) {
    const Listing test = list_pictures(test_folder);
    labels = known_labels(test, train, test_folder);
    if (test.files.empty()) throw fault(test_folder, "there is no folder of pictures in it");
    table.test = read_part(test, kind, most_in_memory);
  }
  set_named_classes(table, train.classes, {train_folder.string(), train.labels}, labels);
  return table;
}

}  // namespace pegbox
