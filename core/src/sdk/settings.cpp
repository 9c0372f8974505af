#include <algorithm>

#include <pegbox/error.hpp>
#include <pegbox/nearest.hpp>
#include <pegbox/settings.hpp>

namespace pegbox {
namespace {

std::optional<Domain> closed_domain(const Setting& setting) {
  return std::visit(
      [](const auto& domain) -> std::optional<Domain> {
        if constexpr (std::is_same_v<std::decay_t<decltype(domain)>, Text>) {
          return {};
        } else {
          return Domain(domain);
        }
      },
      setting.domain);
}

Value checked(const std::string& owner, const Setting& setting, const Value& given) {
  const auto domain = closed_domain(setting);
  if (!domain) {
    if (std::holds_alternative<std::string>(given)) return given;
    throw StudyError(owner + ": setting '" + setting.name + "' is a text, not " + to_string(given));
  }
  Value value = conform(*domain, given);
  if (const auto why = misfit(*domain, value)) throw StudyError(owner + ": setting '" + setting.name + "': " + *why);
  return value;
}

}  // namespace

Settings resolve(const std::string& owner, const std::vector<Setting>& declared, const Params& given) {
  Settings settings;
  std::vector<std::string> known;
  for (const Setting& setting : declared) {
    known.push_back(setting.name);
    settings.set(setting.name,
                 checked(owner, setting, given.has(setting.name) ? given.at(setting.name) : setting.initial));
  }
  for (const auto& [name, value] : given) {
    if (settings.has(name)) continue;
    if (declared.empty()) throw StudyError(owner + " has no settings, so '" + name + "' is not one");
    throw StudyError(owner + " has no setting '" + name + "'" + suggestion(name, known));
  }
  return settings;
}

std::string to_string(const Setting& setting) {
  const auto domain = closed_domain(setting);
  return domain ? to_string(*domain) : "text";
}

}  // namespace pegbox
