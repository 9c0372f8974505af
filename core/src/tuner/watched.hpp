#pragma once

#include <string>

#include <pegbox/pruner.hpp>
#include <pegbox/strategy.hpp>

#include "catalog/library.hpp"
#include "crash.hpp"

namespace pegbox {

/// `strategy 'tpe' (/path/tpe.so)`.
inline std::string site_text(const PluginFile& file) {
  return file.stamp.kind + " '" + file.stamp.name + "' (" + file.path.string() + ")";
}

/// A strategy whose crashes are put down to it.
class WatchedStrategy final : public Strategy {
 public:
  WatchedStrategy(Strategy& strategy, const PluginFile& file) : strategy_(strategy), where_(site_text(file)) {}

  Move ask(const Turn& turn) override {
    const CrashSite site(CrashSite::kNoTrial, where_);
    return strategy_.ask(turn);
  }
  void tell(const Trial& trial) override {
    const CrashSite site(CrashSite::kNoTrial, where_);
    strategy_.tell(trial);
  }

 private:
  Strategy& strategy_;
  std::string where_;
};

/// A pruner whose crashes are put down to it and the trial that it judged.
class WatchedPruner final : public Pruner {
 public:
  WatchedPruner(const Pruner& pruner, const PluginFile& file) : pruner_(pruner), where_(site_text(file)) {}

  bool keep(const Trial& running, Trials told) const override {
    const CrashSite site(running.number, where_);
    return pruner_.keep(running, told);
  }

 private:
  const Pruner& pruner_;
  std::string where_;
};

}  // namespace pegbox
