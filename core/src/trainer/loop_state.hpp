#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engine.hpp"
#include "trial_random.hpp"

namespace pegbox {

/// What is kept of a trial of a loop: the bytes that the loop wrote down, and where its random numbers were then. A
/// loop that writes nothing leaves no bytes, and is run from its beginning.
class LoopState final : public TrialState {
 public:
  using Saver = std::function<std::string()>;

  explicit LoopState(TrialRandom stream) : random_(std::move(stream)) {}

  TrialRandom& random() { return random_; }

  /// Whether it ended of itself: there is no more to train.
  bool ended() const { return ended_; }
  void end() { ended_ = true; }

  /// From now on the state is what the saver writes, if there is one; it is called when the bytes are asked for.
  void offer(Saver saver);

  /// The loop trains on: the saver's bytes are no longer those of the state.
  void withdraw() { offer({}); }

  const std::optional<std::string>& kept() const;
  void keep(const std::optional<std::string>& bytes);

  std::int64_t bytes() const override;
  void save(torch::serialize::OutputArchive& archive) const override;
  void load(torch::serialize::InputArchive& archive) override;

 private:
  TrialRandom random_;
  bool ended_ = false;
  // Only between `offer` and `withdraw`, on one thread, does a const function change them.
  mutable std::optional<std::string> kept_;
  mutable Saver saver_;
};

}  // namespace pegbox
