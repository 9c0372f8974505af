#pragma once

#include <vector>

#include <pegbox/params.hpp>

#include "augmenter.hpp"
#include "fit_data.hpp"
#include "normalizer.hpp"

namespace pegbox {

/// Makes batches of what a network is given out of a fit's rows: brought to the device, normalised as the trial's
/// hyperparameters say, and to train on changed at random.
class InputMaker {
 public:
  InputMaker(const FitData& data, const Params& params, const at::Device& device = at::kCPU);

  /// Training rows at these positions in `FitData::train.rows`.
  Batch training(const at::Tensor& positions) const;

  /// Rows of one of the fit's parts in their order, at most the first `count` of them, as they are.
  Rows rows(const Selection& part, std::int64_t count) const;
  Rows rows(const Selection& part) const { return rows(part, part.count()); }

  const std::vector<Normalizer>& normalizers() const { return normalizers_; }  ///< of each input

 private:
  Batch normalized(const Batch& rows) const;

  const FitData& data_;
  at::Device device_;
  Augmenter augmenter_;
  std::vector<Normalizer> normalizers_;
};

}  // namespace pegbox
