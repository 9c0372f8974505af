#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "store/storage.hpp"

namespace pegbox {

/// A folder of its own for each test, and SQL as another program would run it.
class StoreTest : public testing::Test {
 protected:
  StoreTest();
  ~StoreTest() override;

  std::filesystem::path file(const std::string& name = "study.db") const { return folder_ / name; }

  /// Rows as `a|b|c`; null is an empty text.
  std::vector<std::string> sql(const std::string& statements) const { return sql(file(), statements); }
  static std::vector<std::string> sql(const std::filesystem::path& file, const std::string& statements);

  std::unique_ptr<Storage> made() const { return open_storage(file(), {.create = true}); }

 private:
  std::filesystem::path folder_;
};

/// Minimises `loss`.
inline NewStudy one_objective(const std::string& name = "digits") { return {name, {{"loss", false}}, R"({"a": 1})"}; }

inline SearchSpace small_space() {
  return {{"rate", Real{1e-5, 0.1, true}},
          {"layers", Integer{1, 4}},
          {"op", Choice{{std::string("relu"), std::string("tanh")}}},
          {"norm", Boolean{}}};
}

/// A new trial as the scheduler dispatches it.
inline Trial running(int number, Budget until = 3) {
  Trial trial;
  trial.number = number;
  trial.state = State::running;
  trial.params = {{"rate", 0.01}, {"layers", std::int64_t{2}}, {"op", std::string("tanh")}, {"norm", true}};
  trial.seed = 7000 + static_cast<std::uint64_t>(number);
  trial.until = until;
  return trial;
}

/// The trial with more reports, up to the epoch; the loss is the number plus 1 / epoch.
inline Trial reported(Trial trial, Budget epoch) {
  for (Budget next = trial.epochs() + 1; next <= epoch; ++next) {
    const double loss = trial.number + 1.0 / static_cast<double>(next);
    trial.reports.push_back({next, {{"loss", loss}, {"accuracy", 0.5}}});
    trial.values = {loss};
  }
  trial.seconds = 1.5 * static_cast<double>(trial.epochs());
  return trial;
}

inline Trial in_state(Trial trial, State state, const std::string& error = "") {
  trial.state = state;
  trial.error = error;
  if (state == State::failed) trial.values.clear();
  return trial;
}

/// Trial `number` from its dispatch to its end, as the `move`-th move.
std::vector<Change> whole_life(int number, int move, State end, Budget epochs = 3);

}  // namespace pegbox
