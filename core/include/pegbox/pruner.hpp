#pragma once

#include <memory>
#include <vector>

#include <pegbox/plugin.hpp>
#include <pegbox/settings.hpp>
#include <pegbox/trial.hpp>

namespace pegbox {

/// Decides whether a running trial deserves another epoch. Const and called from several threads at once.
class Pruner {
 public:
  virtual ~Pruner() = default;

  /// `running` has its reports up to now, at least one. `told` is what had been told to the strategy when this trial
  /// was dispatched, in that order: a pure function of the two gives the same study on any number of workers. A trial
  /// that was resumed is in `told` once for each time it stopped, the last time with all its reports.
  virtual bool keep(const Trial& running, Trials told) const = 0;
};

/// What a pruner is made for.
struct PrunerContext {
  std::vector<Objective> objectives;  ///< at least one
  Budget epochs = 1;                  ///< the largest budget of one trial
  Settings settings;
};

/// What a pruner's library exports.
struct PrunerPlugin {
  std::vector<Setting> (*settings)();
  std::unique_ptr<Pruner> (*create)(const PrunerContext& context);
};

template <class Type>
std::unique_ptr<Pruner> make_pruner(const PrunerContext& context) {
  return std::make_unique<Type>(context);
}

}  // namespace pegbox

/// Makes the class this library's pruner; as `PEGBOX_STRATEGY`, from `const PrunerContext&`.
#define PEGBOX_PRUNER(Type, name, summary)                                                           \
  PEGBOX_STAMP("pruner", name, summary, "")                                                          \
  PEGBOX_EXPORT constinit const pegbox::PrunerPlugin pegbox_pruner{&pegbox::declared_settings<Type>, \
                                                                   &pegbox::make_pruner<Type>};
