#include "npy.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <type_traits>

#include "fault.hpp"
#include "npy_array.hpp"
#include "number.hpp"
#include "sizes.hpp"
#include "whole_classes.hpp"

namespace pegbox {
namespace {

struct Arrays {
  NpyArray inputs;
  NpyArray targets;
};

std::vector<std::int64_t> row_sizes(const NpyArray& array) { return {array.sizes.begin() + 1, array.sizes.end()}; }

void check_rows(const NpyArray& array, std::int64_t least) {
  if (array.sizes.empty()) throw fault(array.source, "it is one number; an array with the rows first is needed");
  if (array.sizes[0] < least || product(array.sizes) == 0U) {
    throw fault(array.source, "its sizes are " + sizes_text(array.sizes) + "; at least " + std::to_string(least) +
                                  " rows with a number are needed");
  }
}

Arrays map_arrays(const NpyFiles& files, std::int64_t least) {
  Arrays arrays{map_npy(files.inputs), map_npy(files.targets)};
  check_rows(arrays.inputs, least);
  check_rows(arrays.targets, least);
  const auto rows = std::to_string(arrays.inputs.sizes[0]);
  if (arrays.targets.sizes[0] != arrays.inputs.sizes[0]) {
    throw fault(arrays.targets.source, "it has " + std::to_string(arrays.targets.sizes[0]) + " rows, but '" +
                                           arrays.inputs.source + "' has " + rows);
  }
  if (arrays.targets.sizes.size() > 2) {
    throw fault(arrays.targets.source, "its sizes are " + sizes_text(arrays.targets.sizes) +
                                           "; targets are of shape [" + rows + "] or [" + rows + ", outputs]");
  }
  return arrays;
}

/// The number at a position, wherever it lies.
template <class Number>
Number number_at(const NpyArray& array, std::size_t position) {
  Number number{};
  std::memcpy(&number, array.data.bytes.data() + position * sizeof number, sizeof number);
  return number;
}

std::size_t count(const NpyArray& array) { return product(array.sizes).value(); }

/// Throws where a number is not one of 32 bits.
void check_number(const NpyArray& array, std::size_t position, double value, Missing missing) {
  if (fits_float(value) || (missing == Missing::mean && std::isnan(value))) return;
  const std::size_t row = position / (count(array) / static_cast<std::size_t>(array.sizes[0])) + 1;
  throw fault(array.source,
              "row " + std::to_string(row) + " has a number that is not finite in 32 bits" +
                  (std::isnan(value) ? "; for the mean of the others in its place say missing: mean" : ""));
}

Inputs converted(const NpyArray& array, Missing missing, std::size_t most_in_memory) {
  const std::size_t numbers = count(array);
  const auto room = make_room(numbers * sizeof(float), most_in_memory);
  auto* const floats = reinterpret_cast<float*>(room.get());
  with_type(array.type, [&]<class Number>(Number) {
    for (std::size_t i = 0; i < numbers; ++i) {
      const auto value = static_cast<double>(number_at<Number>(array, i));
      check_number(array, i, value, missing);
      floats[i] = static_cast<float>(value);
    }
  });
  return {room, std::span<const float>(floats, numbers)};
}

Inputs inputs_of(const NpyArray& array, Missing missing, std::size_t most_in_memory) {
  const Contents& data = array.data;
  if (array.type == NpyType::u1) return {data.owner, data.bytes};
  const bool aligned = reinterpret_cast<std::uintptr_t>(data.bytes.data()) % alignof(float) == 0;
  if (array.type != NpyType::f4 || !aligned) return converted(array, missing, most_in_memory);
  const std::span<const float> floats(reinterpret_cast<const float*>(data.bytes.data()), count(array));
  for (std::size_t i = 0; i < floats.size(); ++i) check_number(array, i, floats[i], missing);
  return {data.owner, floats};
}

std::vector<double> numbers_of(const NpyArray& array) {
  std::vector<double> numbers;
  numbers.reserve(count(array));
  with_type(array.type, [&]<class Number>(Number) {
    for (std::size_t i = 0; i < count(array); ++i) {
      numbers.push_back(static_cast<double>(number_at<Number>(array, i)));
      check_number(array, i, numbers.back(), Missing::refuse);
    }
  });
  return numbers;
}

template <class Number>
bool names_class(Number value) {
  if constexpr (std::is_floating_point_v<Number>) {
    return std::trunc(value) == value && std::abs(value) <= Number{0x1p53};
  } else {
    return true;
  }
}

WholeLabels labels_of(const NpyArray& array) {
  if (array.source.empty()) return {};
  if (array.sizes.size() == 2 && array.sizes[1] != 1) {
    throw fault(array.source, "classes are of shape [rows], and its sizes are " + sizes_text(array.sizes));
  }
  WholeLabels labels{array.source, {}};
  labels.values.reserve(count(array));
  with_type(array.type, [&]<class Number>(Number) {
    for (std::size_t i = 0; i < count(array); ++i) {
      const auto value = number_at<Number>(array, i);
      if (!names_class(value)) {
        throw fault(array.source,
                    "row " + std::to_string(i + 1) + " has a number that is not whole, so it names no class");
      }
      labels.values.push_back(static_cast<std::int64_t>(value));
    }
  });
  return labels;
}

bool classification(const NpyArray& targets, WantedTask task) {
  if (task != WantedTask::found) return task == WantedTask::classification;
  return is_whole(targets.type);
}

void check_varies(const NpyArray& array, const std::vector<double>& targets, std::size_t outputs) {
  for (std::size_t output = 0; output < outputs; ++output) {
    bool varies = false;
    for (std::size_t at = output; at < targets.size(); at += outputs) varies |= targets[at] != targets[output];
    if (!varies) throw fault(array.source, "each row has the same target, so there is nothing to learn");
  }
}

std::size_t outputs_of(const NpyArray& targets) {
  return targets.sizes.size() == 2 ? static_cast<std::size_t>(targets.sizes[1]) : 1;
}

void set_targets(Table& table, const NpyArray& train, const NpyArray& test, WantedTask task) {
  if (classification(train, task)) return set_classes(table, labels_of(train), labels_of(test));
  table.outputs = outputs_of(train);
  table.train.targets = numbers_of(train);
  check_varies(train, table.train.targets, table.outputs);
  if (test.source.empty()) return;
  if (outputs_of(test) != table.outputs) {
    throw fault(test.source, "it has " + std::to_string(outputs_of(test)) + " targets for each row, and '" +
                                 train.source + "' has " + std::to_string(table.outputs));
  }
  table.test.targets = numbers_of(test);
}

void set_shape(Table& table, const NpyArray& inputs, const std::vector<std::int64_t>& wanted) {
  table.shape = row_sizes(inputs);
  if (table.shape.empty()) table.shape = {1};
  if (wanted.empty()) return;
  const std::size_t numbers = product(table.shape).value();
  if (product(wanted) != numbers) {
    throw fault(inputs.source, "the sizes of the shape " + sizes_text(wanted) + " do not multiply to the " +
                                   std::to_string(numbers) + " numbers of a row");
  }
  table.shape = wanted;
}

Part part_of(const NpyArray& inputs, Missing missing, std::size_t most_in_memory) {
  return {static_cast<std::size_t>(inputs.sizes[0]), inputs_of(inputs, missing, most_in_memory)};
}

void check_like(const NpyArray& test, const NpyArray& train) {
  const bool same_kind = (test.type == NpyType::u1) == (train.type == NpyType::u1);
  if (same_kind && row_sizes(test) == row_sizes(train)) return;
  const auto said = [](const NpyArray& array) {
    return sizes_text(row_sizes(array)) + (array.type == NpyType::u1 ? " bytes" : " numbers");
  };
  throw fault(test.source, "its rows are " + said(test) + ", those of '" + train.source + "' " + said(train));
}

}  // namespace

Table read_npy(const NpyFiles& train, const NpyChoice& choice, const NpyFiles& test, std::size_t most_in_memory) {
  const Arrays arrays = map_arrays(train, 2);
  Table table;
  table.missing = choice.missing;
  set_shape(table, arrays.inputs, choice.shape);
  table.train = part_of(arrays.inputs, choice.missing, most_in_memory);
  Arrays more;
  if (!test.inputs.empty()) {
    more = map_arrays(test, 1);
    check_like(more.inputs, arrays.inputs);
    table.test = part_of(more.inputs, choice.missing, most_in_memory);
  }
  set_targets(table, arrays.targets, more.targets, choice.task);
  return table;
}

}  // namespace pegbox
