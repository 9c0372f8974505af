#pragma once

#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pegbox/pruner.hpp>
#include <pegbox/strategy.hpp>

namespace pegbox {

/// What a plug-in did wrong, a sentence each.
using Faults = std::vector<std::string>;

/// Finds a strategy by name, for those that are made of others. Throws where there is none of that name.
using StrategyLookup = std::function<const StrategyPlugin&(std::string_view name)>;

/// What a check finds; a fault where it throws.
template <class Find>
Faults guarded(const Find& find) {
  try {
    return find();
  } catch (const std::exception& error) {
    const std::string_view text = error.what();  // LibTorch's errors have pages below the sentence
    return {"threw: " + std::string(text.substr(0, text.find('\n')))};
  } catch (...) {
    return {"threw something that is not an exception"};
  }
}

/// One part of what every plug-in of a kind must do. A study that the plug-in refuses with `StudyError` is passed over.
template <class... Subject>
struct ContractCheck {
  std::string name;
  std::string text;  ///< one line: what is so where nothing is wrong
  Faults (*find)(const Subject&... subject);

  Faults faults(const Subject&... subject) const {
    return guarded([&] { return find(subject...); });
  }
};

using StrategyCheck = ContractCheck<StrategyPlugin, StrategyLookup>;
using PrunerCheck = ContractCheck<PrunerPlugin>;

/// The same for a model, made for the one that it checks.
struct ModelCheck {
  std::string name;
  std::string text;
  std::function<Faults()> find;

  Faults faults() const { return guarded(find); }
};

/// Adds what was found there.
inline void add(Faults& faults, const std::string& where, const Faults& found) {
  for (const std::string& one : found) faults.push_back(where + ": " + one);
}

}  // namespace pegbox
