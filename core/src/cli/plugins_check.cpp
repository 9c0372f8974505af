#include "plugins_check.hpp"

#include <algorithm>
#include <iostream>
#include <unistd.h>

#include "contract/pruner_contract.hpp"
#include "contract/strategy_contract.hpp"
#include "json/json.hpp"
#include "terminal.hpp"
#include "tuner/crash.hpp"
#include "tuner/trainer_library.hpp"
#include "tuner/watched.hpp"

namespace pegbox {
namespace {

/// A check of whichever kind, ready to run.
struct Check {
  std::string name, text;
  std::function<Faults()> faults;
};

struct Result {
  const Check& check;
  Faults faults;
};

std::vector<Check> checks(const PluginFile& file, const Catalog& catalog) {
  std::vector<Check> all;
  if (file.stamp.kind == "strategy") {
    const StrategyPlugin& plugin = load_strategy(file);
    const StrategyLookup others = [&catalog](std::string_view name) -> const StrategyPlugin& {
      return load_strategy(catalog.find("strategy", std::string(name)));
    };
    for (const StrategyCheck& one : strategy_contract()) {
      all.push_back({one.name, one.text, [one, &plugin, others] { return one.faults(plugin, others); }});
    }
  } else if (file.stamp.kind == "pruner") {
    const PrunerPlugin& plugin = load_pruner(file);
    for (const PrunerCheck& one : pruner_contract()) {
      all.push_back({one.name, one.text, [one, &plugin] { return one.faults(plugin); }});
    }
  } else {
    for (const ModelCheck& one : trainer_library().contract(load_model(file))) {
      all.push_back({one.name, one.text, [one] { return one.faults(); }});
    }
  }
  return all;
}

/// Says on standard error which check runs, since a plug-in may hang there; on a terminal only as long as it does.
class Running {
 public:
  explicit Running(const std::string& name) {
    if (terminal_.writable()) {
      frame_.show({"running " + name + " …"});
    } else {
      std::cerr << "running " << name << '\n' << std::flush;
    }
  }
  ~Running() { frame_.clear(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  Terminal terminal_{STDERR_FILENO};
  Frame frame_{std::cerr, terminal_};
};

Result run(const Check& check, const PluginFile& file) {
  const Running running(check.name);
  const CrashSite site(CrashSite::kNoTrial, site_text(file) + ", check " + check.name);
  return {check, check.faults()};
}

/// A fault may quote a point of very many hyperparameters. JSON has the whole.
std::string shortened(const std::string& text) {
  constexpr std::size_t kMost = 240;
  if (text.size() <= kMost) return text;
  std::size_t end = kMost;
  while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not inside of a letter
  return text.substr(0, end) + "…";
}

std::string row(const Result& result, std::size_t width) {
  constexpr std::size_t kMostFaults = 5;
  const std::string indent = "        ";
  const auto& [check, faults] = result;
  std::string text = (faults.empty() ? "ok      " : "FAILED  ") + check.name;
  text += std::string(width - check.name.size() + 2, ' ') + check.text + '\n';
  for (std::size_t i = 0; i < std::min(faults.size(), kMostFaults); ++i) text += indent + shortened(faults[i]) + '\n';
  if (faults.size() <= kMostFaults) return text;
  return text + indent + "…and " + std::to_string(faults.size() - kMostFaults) + " more\n";
}

std::string summary(const PluginFile& file, std::size_t failed, std::size_t count) {
  const std::string of_all = std::to_string(count) + " checks";
  return site_text(file) + ": " +
         (failed == 0 ? "passes all " + of_all : "fails " + std::to_string(failed) + " of " + of_all) + '\n';
}

Json json_of(const PluginFile& file, const std::vector<Result>& results, bool passed) {
  Json json{{"plugin", file.stamp.name},
            {"kind", file.stamp.kind},
            {"path", file.path.string()},
            {"checks", Json::array()},
            {"passed", passed}};
  for (const auto& [check, faults] : results) {
    json["checks"].push_back(
        {{"name", check.name}, {"text", check.text}, {"passed", faults.empty()}, {"faults", faults}});
  }
  return json;
}

}  // namespace

ExitCode check_plugin(const PluginFile& file, const Catalog& catalog, Format format) {
  const std::vector<Check> all = checks(file, catalog);
  const auto width = std::ranges::max(all, {}, [](const Check& one) { return one.name.size(); }).name.size();
  const CrashWatch watch({}, static_cast<int>(ExitCode::plugin));
  std::vector<Result> results;
  std::size_t failed = 0;
  for (const Check& check : all) {
    results.push_back(run(check, file));
    if (!results.back().faults.empty()) ++failed;
    if (format != Format::json) std::cout << row(results.back(), width) << std::flush;
  }
  std::cout << (format == Format::json ? printed(json_of(file, results, failed == 0))
                                       : summary(file, failed, all.size()));
  return failed == 0 ? ExitCode::done : ExitCode::plugin;
}

}  // namespace pegbox
