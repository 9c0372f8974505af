#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine.hpp"
#include "fit.hpp"

namespace pegbox {

/// The fits of one trial, all on one device.
class FitsState final : public TrialState {
 public:
  std::vector<std::unique_ptr<Fit>> fits;
  std::optional<std::size_t> place;  ///< index of the device; nothing: on the processor, where it was begun

  std::int64_t bytes() const override;
  void save(torch::serialize::OutputArchive& archive) const override;
  void load(torch::serialize::InputArchive& archive) override;

  std::optional<std::int64_t> peak;  ///< bytes that it needed on the processor, where that was counted

  /// Frees the gradients.
  void rest() override;

  /// Whether all fits have stopped early.
  bool ended() const;
};

}  // namespace pegbox
