// Studies of trials that cost nothing, kept in an SQLite database in the folder that is given. Prints one line of JSON:
// finished trials a second of 20,000 trials, and the process's memory after a tenth of them and after all; then makes a
// study of 10,000 trials with 100 reports each in many.db, for others to read.
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <pegbox/random.hpp>

#include "scheduler/scheduler.hpp"
#include "store/storage.hpp"
#include "tuner/recording.hpp"

namespace {

using namespace pegbox;

constexpr int kTrials = 20'000;
constexpr int kManyTrials = 10'000;
constexpr Budget kManyReports = 100;

const SearchSpace kSpace{{"x", Real{0, 1}}, {"y", Real{1e-5, 1e-1, /*log=*/true}}, {"n", Integer{1, 8}}};

/// Random points, with budgets of the whole study.
class Points final : public Strategy {
 public:
  explicit Points(Budget epochs) : epochs_(epochs) {}
  Move ask(const Turn& turn) override {
    Random random(1, turn.number, "bench");
    std::vector<double> place(kSpace.size());
    for (double& coordinate : place) coordinate = random.uniform();
    return Start{kSpace.decode(place), epochs_};
  }
  void tell(const Trial&) override {}

 private:
  Budget epochs_;
};

/// The process's memory, in MB.
double memory() {
  std::ifstream status("/proc/self/statm");
  double pages = 0;
  status >> pages >> pages;
  return pages * 4096 / 1e6;
}

Runner runner() {
  return {[](const Trial& trial, const OnReport& on_report) {
            const auto x = trial.params.get<double>("x");
            for (Budget epoch = trial.epochs() + 1; epoch <= trial.until; ++epoch) {
              if (!on_report({epoch, {{"loss", x + 1.0 / static_cast<double>(epoch)}}})) return;
            }
          },
          [](const Trial&) { return std::vector<Report>(); }, [](const Trial&) {}, [](const Trial&, const Trial&) {},
          [](const Trial&) {}};
}

/// Memory when a tenth of the trials has ended.
class Watching final : public Observer {
 public:
  Watching(Observer& next, int trials) : next_(next), left_(trials / 10) {}
  void moved(const Trial& trial, const MoveContext& context) override { next_.moved(trial, context); }
  void reported(const Trial& trial, const Report& report) override { next_.reported(trial, report); }
  void stopped(const Trial& trial, int move) override {
    next_.stopped(trial, move);
    if (--left_ == 0) early_ = memory();
  }
  double early() const { return early_; }

 private:
  Observer& next_;
  int left_;
  double early_ = 0;
};

struct Measured {
  double seconds, early, late;
};

Measured run(const std::filesystem::path& file, int trials, Budget epochs) {
  Plan plan;
  plan.space = kSpace;
  plan.objectives = {{"loss", false}};
  plan.trials = trials;
  plan.epochs = epochs;
  plan.jobs = 2;
  plan.window = 16;
  auto storage = open_storage(file, {.create = true});
  const StoredStudy study = storage->create({"bench", plan.objectives, ""});
  StudyListener nobody;
  Recording recording(nobody);
  Watching watching(recording, trials);
  Recorder recorder(std::move(storage), study, plan.space,
                    {[](const std::string& fault) {
                       std::cerr << fault << '\n';
                       std::exit(1);
                     },
                     [](const std::string&) {}});
  recording.keep_in(recorder);
  Points points(epochs);
  const std::atomic<bool> stop = false;
  const auto begin = std::chrono::steady_clock::now();
  run_study(plan, points, nullptr, runner(), watching, stop);
  recorder.record(RunEnded{"done"});
  recorder.flush();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return {seconds, watching.early(), memory()};
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : ".";
  const Measured quick = run(folder / "quick.db", kTrials, 1);
  const Measured many = run(folder / "many.db", kManyTrials, kManyReports);
  std::cout << "{\"trials_a_second\": " << kTrials / quick.seconds << ", \"early_mb\": " << quick.early
            << ", \"late_mb\": " << quick.late << ", \"many_seconds\": " << many.seconds
            << ", \"many_early_mb\": " << many.early << ", \"many_late_mb\": " << many.late << "}\n";
}
