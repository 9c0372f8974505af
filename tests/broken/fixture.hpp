#pragma once

#include <memory>

#include <pegbox/strategy.hpp>

/// A strategy that wants nothing.
class Idle : public pegbox::Strategy {
 public:
  explicit Idle(const pegbox::StrategyContext&) {}
  pegbox::Move ask(const pegbox::Turn&) override { return pegbox::Done{}; }
  void tell(const pegbox::Trial&) override {}
};

inline std::unique_ptr<pegbox::Strategy> make_idle(const pegbox::StrategyContext& context) {
  return std::make_unique<Idle>(context);
}

#define HOST_SDK PEGBOX_TEXT(PEGBOX_SDK_VERSION)
#define HOST_STRING_ABI PEGBOX_TEXT(_GLIBCXX_USE_CXX11_ABI)

/// An idle strategy whose stamp says what it likes.
#define STRANGER(name, sdk, string_abi, compiler, libtorch)                                                   \
  __attribute__((used, section(".pegbox"))) static constexpr char stranger_stamp[] =                          \
      "pegbox plug-in\nkind=strategy\nname=" name "\nsummary=A stranger\nsdk=" sdk "\nstring_abi=" string_abi \
      "\ncompiler=" compiler "\nlibtorch=" libtorch "\n";                                                     \
  PEGBOX_EXPORT constinit const pegbox::StrategyPlugin pegbox_strategy { &pegbox::declared_settings<Idle>, &make_idle }
