#pragma once

#include <vector>

#include <pegbox/dataset.hpp>

#include "normalizer.hpp"

namespace pegbox {

/// Some rows out of all, which are shared.
struct Selection {
  Batch rows;
  at::Tensor positions;  ///< `long`; undefined: all rows

  /// Of a tensor with something for each of all rows, what there is for these.
  at::Tensor of(const at::Tensor& column) const {
    return positions.defined() ? column.index_select(0, positions) : column;
  }

  std::int64_t count() const { return positions.defined() ? positions.size(0) : rows.rows(); }
};

/// What one fit of a trial learns from and is measured on, on a device. The same for all trials of a study.
struct FitData {
  Selection train, validation,
      test;  ///< regression targets are standardised by the training part where the data asks for it
  DataInfo info;
  std::vector<double> target_mean;  ///< in the data's unit, where targets are standardised
  std::vector<Moments> moments;     ///< of each input's training part; empty: inputs stay as they are
  at::Tensor class_weights;         ///< rows / (classes × rows of the class), of the training part; only for classes
};

/// How rows are divided.
struct Division {
  double validation = 0.2;  ///< part that is held out where there are no folds and the data has no such part
  int folds = 1;
  int repeats = 1;
  double test = 0;  ///< part that is held out for testing, where the data has no such part
  std::uint64_t seed = 0;
};

/// The data as it was given. Throws `StudyError` for data that no network can be trained on: no rows, tensors of
/// different lengths or wrong types, parts that are not alike, and for a division that cannot be.
Dataset checked(Dataset data, const Division& division);

/// One for each fit of a trial: the folds of the first repeat, then those of the next. Rows are divided with classes
/// in proportion and groups whole; all trials of a study have the same rows. With one fold and data that brings a
/// validation part, each repeat has that. Throws `StudyError` for rows that cannot be divided so.
std::vector<FitData> fits_of(const Dataset& data, const Division& division);

/// The only fit of a network that learns from all rows, those held out included.
FitData whole(const Dataset& data);

/// Memory of what fits share and of what each has alone.
std::int64_t bytes_of(const std::vector<FitData>& fits);

/// The same on a device; what fits share stays shared.
std::vector<FitData> moved(const std::vector<FitData>& fits, const at::Device& device);

}  // namespace pegbox
