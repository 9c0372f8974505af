#include <csignal>
#include <iostream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "ask_tell_answer.hpp"
#include "catalog/catalog.hpp"
#include "catalog/folders.hpp"
#include "described_study.hpp"
#include "tuner/setup.hpp"
#include "tuner/tensorboard.hpp"
#include "tuner/watched.hpp"
#include "verbs.hpp"

namespace pegbox {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20;

/// What was answered is written, and nothing is kept: there is nothing to finish.
extern "C" void end_at_signal(int /*signal*/) { _exit(static_cast<int>(ExitCode::interrupted)); }

/// A client's lines, one after the other.
class Lines {
 public:
  /// Whether there is one more.
  bool next() {
    std::cin.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    std::string_view text(buffer_.data(), static_cast<std::size_t>(std::cin.gcount()));
    too_long_ = std::cin.fail() && !std::cin.eof();
    if (too_long_) {
      std::cin.clear();
      std::cin.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
      return true;
    }
    if (!std::cin) return false;
    if (!std::cin.eof()) text.remove_suffix(1);
    text_ = text;
    return true;
  }

  bool too_long() const { return too_long_; }
  std::string_view text() const { return text_; }
  bool blank() const { return text_.find_first_not_of(" \t\r") == std::string_view::npos; }

 private:
  std::vector<char> buffer_ = std::vector<char>(kLongestLine + 1);
  std::string_view text_;
  bool too_long_ = false;
};

/// A line at once, whatever became of the texts of the client's that are in it.
void answer(const Json& json) {
  std::cout << json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) << '\n' << std::flush;
}

void converse(AskTell& study, std::size_t objectives) {
  for (Lines lines; std::cout && lines.next();) {
    if (lines.too_long()) {
      answer({{"error", "the line is longer than 1 MiB"}});
    } else if (!lines.blank()) {
      answer(ask_tell_answer(study, objectives, lines.text()));
    }
  }
}

/// What happens in a study, for TensorBoard.
class Logged final : public Observer {
 public:
  explicit Logged(TensorboardLog& log) : log_(log) {
    log_.report_to([](const std::string& fault) { std::cerr << fault << '\n'; });
  }

  void begun(const Trial& trial) override { log_.begun(trial); }
  void reported(const Trial& trial, const Report& report) override { log_.reported(trial, report); }
  void stopped(const Trial& trial, int /*move*/) override { log_.stopped(trial); }

 private:
  TensorboardLog& log_;
};

Setup client_setup(const Options& options, const Catalog& catalog) {
  Study study = described_study(options, TrainedBy::client);
  if (!study.run.storage.empty()) {
    std::cerr << "pegbox: ask-tell keeps nothing: the storage " << study.run.storage.string() << " is not used\n";
  }
  // How trials are run is the client's business.
  RunChoice kept;
  kept.tensorboard = std::move(study.run.tensorboard);
  study.run = std::move(kept);
  return make_client_setup(std::move(study), catalog);
}

}  // namespace

ExitCode ask_tell_verb(const Options& options) {
  const Catalog catalog(plugin_folders(options.plugin_dirs));
  const Setup setup = client_setup(options, catalog);
  Plan plan = plan_of(setup, setup.study.objectives);
  plan.window = setup.study.window.value_or(1);
  const auto strategy = make_strategy(setup, catalog, plan);
  const auto pruner = make_pruner(setup, plan.objectives);
  std::cerr << choice_text(setup, choice_of(setup, *strategy));

  const CrashWatch watch({}, static_cast<int>(ExitCode::plugin));
  WatchedStrategy watched_strategy(*strategy, setup.strategy.file);
  std::optional<WatchedPruner> watched_pruner;
  if (pruner) watched_pruner.emplace(*pruner, setup.pruner->file);
  AskTell study(plan, setup.study.window, watched_strategy, watched_pruner ? &*watched_pruner : nullptr);
  auto log = tensorboard_log(setup, plan, "");
  std::optional<Logged> logged;
  if (log) study.show_to(logged.emplace(*log));
  std::signal(SIGINT, &end_at_signal);
  std::signal(SIGTERM, &end_at_signal);
  std::ios::sync_with_stdio(false);
  try {
    converse(study, plan.objectives.size());
  } catch (const StrategyFault& fault) {
    const std::string message = site_text(setup.strategy.file) + ' ' + fault.what();
    answer({{"error", message}});
    throw PluginError(message);
  }
  return ExitCode::done;
}

}  // namespace pegbox
