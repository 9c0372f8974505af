#include "definition.hpp"

#include <algorithm>
#include <cmath>

#include "named_data.hpp"

namespace pegbox {
namespace {

template <class Number>
Json number_or_null(const std::optional<Number>& number) {
  return number ? Json(*number) : Json(nullptr);
}

std::string said(const Json& value) { return value.is_null() ? "none" : value.dump(); }

/// Whether each value of one domain is one of the other too, and Optuna can take both for one parameter.
bool widens(const Json& from, const Json& to) {
  const std::string type = from.value("type", "");
  if (type != to.value("type", "") || (type != "real" && type != "int")) return false;
  if (from.at("log") != to.at("log") || from.value("step", Json()) != to.value("step", Json())) return false;
  const double low = to.at("low");
  const double old_low = from.at("low");
  if (low > old_low || to.at("high") < from.at("high")) return false;
  const double step = from.contains("step") ? from.at("step").get<double>() : 0;
  const double steps = step > 0 ? (old_low - low) / step : 0;
  constexpr double kExact = 1e-9;
  return std::abs(steps - std::round(steps)) < kExact;
}

class ChangeFinder {
 public:
  std::vector<Difference> found;

  void compare(const Json& stored, const Json& now) {
    for (const char* key : {"model", "strategy", "pruner", "data", "objectives", "epochs", "trials", "total_epochs",
                            "validation", "folds", "repeats", "test", "seed", "window", "order"}) {
      one(key, stored.value(key, Json()), now.value(key, Json()));
    }
    space(stored.at("space"), now.at("space"));
    first(stored.at("first"), now.at("first"));
  }

 private:
  static bool may_change(const std::string& key) {
    constexpr std::string_view kFree[] = {"strategy", "pruner", "trials", "total_epochs", "window", "order"};
    return std::any_of(std::begin(kFree), std::end(kFree), [&](std::string_view free) {
      return key == free || (key.starts_with(free) && key[free.size()] == '.');
    });
  }

  void add(const std::string& key, const Json& from, const Json& to, bool acceptable) {
    found.push_back({key + ": " + said(from) + " → " + said(to), acceptable});
  }

  void one(const std::string& key, const Json& from, const Json& to) {
    if (from == to) return;
    if (key == "data" && same_content(from, to)) return;
    if (key == "data.hash") return found.push_back({"data: its content has changed", false});
    if (!from.is_object() || !to.is_object()) return add(key, from, to, may_change(key));
    for (const auto& [name, value] : from.items()) one(key + '.' + name, value, to.value(name, Json()));
    for (const auto& [name, value] : to.items()) {
      if (!from.contains(name)) one(key + '.' + name, Json(), value);
    }
  }

  static bool same_content(const Json& from, const Json& to) {
    return from.is_object() && to.is_object() && from.value("hash", "") == to.value("hash", "") &&
           from.value("target", Json()) == to.value("target", Json()) &&
           from.value("shape", Json()) == to.value("shape", Json());
  }

  void space(const Json& from, const Json& to) {
    for (const auto& [name, domain] : from.items()) {
      if (!to.contains(name)) {
        found.push_back({"space." + name + ": was there, is not any more", false});
      } else if (domain != to.at(name)) {
        parameter("space." + name, domain, to.at(name));
      }
    }
    for (const auto& [name, domain] : to.items()) {
      if (!from.contains(name)) found.push_back({"space." + name + ": is new", false});
    }
  }

  void parameter(const std::string& key, const Json& from, const Json& to) {
    const bool wider = widens(from, to);
    for (const char* part : {"type", "low", "high", "log", "step", "choices", "default", "when"}) {
      const Json before = from.value(part, Json());
      const Json after = to.value(part, Json());
      const bool range = part == std::string_view("low") || part == std::string_view("high");
      if (before != after) add(key + '.' + part, before, after, wider && range);
    }
  }

  void first(const Json& from, const Json& to) {
    if (from == to) return;
    const bool longer = from.size() < to.size() && std::equal(from.begin(), from.end(), to.begin());
    if (longer) {
      const auto more = to.size() - from.size();
      found.push_back({"enqueue: " + std::to_string(more) + (more == 1 ? " point" : " points") + " more", true});
      return;
    }
    // Other defaults are told above.
    for (std::size_t i = 1; i < std::max(from.size(), to.size()); ++i) {
      const Json before = i < from.size() ? from[i] : Json();
      const Json after = i < to.size() ? to[i] : Json();
      if (before != after) add("enqueue." + std::to_string(i), before, after, false);
    }
  }
};

}  // namespace

Json chosen_json(const Chosen& chosen) {
  return {{"name", chosen.file.stamp.name}, {"settings", to_json(chosen.settings)}};
}

Json strategy_json(const Setup& setup, const std::string& choice) {
  Json json = chosen_json(setup.strategy);
  json["choice"] = choice.empty() ? Json(nullptr) : Json(choice);
  return json;
}

Json definition_of(const Setup& setup, const Plan& plan) {
  Json first = Json::array();
  for (const Params& point : setup.first) first.push_back(to_json(point));
  const auto chosen = [](const std::optional<Chosen>& one) { return one ? chosen_json(*one) : Json(nullptr); };
  return {{"model", chosen(setup.model)},
          {"data", data_json(setup.study.data, setup.data)},
          {"strategy", chosen_json(setup.strategy)},
          {"pruner", chosen(setup.pruner)},
          {"objectives", to_json(plan.objectives)},
          {"epochs", plan.epochs},
          {"trials", number_or_null(plan.trials)},
          {"total_epochs", number_or_null(plan.total_epochs)},
          {"validation", setup.study.validation},
          {"folds", setup.study.folds},
          {"repeats", setup.study.repeats},
          {"test", setup.study.test},
          {"seed", plan.seed},
          {"window", plan.window},
          {"order", plan.order == Order::dispatch ? "dispatch" : "arrival"},
          {"space", to_json(setup.space)},
          {"first", first}};
}

std::vector<Difference> differences(const Json& stored, const Json& now) {
  ChangeFinder finder;
  finder.compare(stored, now);
  return std::move(finder.found);
}

std::string listed(const std::vector<Difference>& differences) {
  std::string text;
  for (const Difference& one : differences) {
    text += "\n  " + one.text + (one.acceptable ? "" : "  (cannot change in a study that has begun)");
  }
  return text;
}

}  // namespace pegbox
