#include "setting_values.hpp"

#include <numeric>
#include <set>

#include <pegbox/error.hpp>

namespace pegbox {
namespace {

template <class... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overload(Cases...) -> Overload<Cases...>;  // Clang 14 does not deduce it

bool has_value(const Setting& setting, const Value& value) {
  try {
    resolve("", {setting}, {{setting.name, value}});
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

bool one_line(const std::string& text) { return !text.empty() && text.find('\n') == std::string::npos; }

/// Also a value between the ends: that is often one that works.
std::vector<Value> working_values(const Setting& setting) {
  std::vector<Value> values = setting_values(setting);
  const auto* real = std::get_if<Real>(&setting.domain);
  if (real == nullptr) return values;
  const Value middle = std::midpoint(real->low, real->high);
  if (has_value(setting, middle)) values.insert(values.begin(), middle);
  return values;
}

}  // namespace

std::vector<Value> setting_values(const Setting& setting) {
  return std::visit(Overload{[](const Real& real) -> std::vector<Value> {
                               return {real.low, real.high};
                             },
                             [](const Integer& whole) -> std::vector<Value> {
                               return {whole.low, whole.high - (whole.high - whole.low) % whole.step};
                             },
                             [](const Choice& choice) { return choice.choices; },
                             [](const Boolean&) -> std::vector<Value> {
                               return {true, false};
                             },
                             [](const Text&) { return std::vector<Value>(); }},
                    setting.domain);
}

Faults declaration_faults(const std::vector<Setting>& declared) {
  Faults faults;
  std::set<std::string> names;
  for (const Setting& setting : declared) {
    const std::string which = "setting '" + setting.name + "'";
    if (!one_line(setting.name)) faults.push_back(which + " has no name of one line");
    if (!names.insert(setting.name).second) faults.push_back(which + " is declared twice");
    if (!one_line(setting.text)) faults.push_back(which + " has no text of one line that explains it");
    if (!has_value(setting, setting.initial)) {
      faults.push_back(which + ": its default " + to_string(setting.initial) + " is not of " + to_string(setting));
    }
  }
  return faults;
}

Settings working_settings(const std::vector<Setting>& declared,
                          const std::function<bool(const Settings& settings)>& refuses) {
  Settings defaults = resolve("plug-in", declared, {});
  if (!refuses(defaults)) return defaults;
  for (const Setting& setting : declared) {
    for (const Value& value : working_values(setting)) {
      Settings changed = defaults;
      changed.set(setting.name, value);
      if (!refuses(changed)) return changed;
    }
  }
  return defaults;
}

Settings working_settings(const ModelPlugin& plugin) {
  return working_settings(plugin.settings(), [&](const Settings& settings) {
    try {
      plugin.describe(settings);
      return false;
    } catch (const StudyError&) {
      return true;
    }
  });
}

bool names_setting(const std::string& refusal, const std::string& setting) {
  return refusal.find("'" + setting + "'") != std::string::npos;
}

}  // namespace pegbox
