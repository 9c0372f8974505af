// A loop whose every number counts: it must measure the same however often it was interrupted.
#include "trainer/loop_engine.hpp"

#include <atomic>
#include <sstream>
#include <thread>

#include <ATen/ops/rand.h>
#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/loop.hpp>

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

double drawn() { return at::rand({1}).item<double>(); }

std::string text_of(double number) {
  std::ostringstream text;
  text << std::hexfloat << number;
  return text.str();
}

/// Adds random numbers to one that it began with. `habit` is what it does, or does wrong.
class Sum final : public Loop {
 public:
  SearchSpace space() const override {
    return {{"habit", Choice{{"good", "forgetful", "skips", "repeats", "deaf", "silent", "ends", "unasking", "hides",
                              "throws", "changes", "late"}}}};
  }

  void train(TrialContext& trial) const override {
    const auto habit = trial.params().get<std::string>("habit");
    double sum = drawn();
    if (habit != "forgetful" && habit != "changes") trial.save([&] { return text_of(sum); });
    if (habit != "unasking") {
      if (const auto state = trial.restore()) sum = std::stod(*state);
    }
    if (habit == "silent") return;
    for (Budget epoch = trial.epoch() + 1; epoch <= trial.until() || habit == "deaf"; ++epoch) {
      sum += drawn();
      if (habit == "throws" && epoch == 3) throw std::domain_error("epoch 3 is too much");
      if (habit == "ends" && epoch == 4) return;
      if (habit == "changes" && trains > 0) return;
      const Budget told = habit == "skips" && epoch > 1 ? epoch + 1 : habit == "repeats" ? 1 : epoch;
      const bool goes_on = told_on(trial, told, sum, habit == "hides");
      if (!goes_on && habit != "deaf") break;
    }
    ++trains;
    if (habit == "late") drawn();
  }

 private:
  static bool told_on(TrialContext& trial, Budget epoch, double sum, bool hides) {
    try {
      return trial.report(epoch, {{"sum", sum}});
    } catch (const std::exception&) {
      if (!hides) throw;
      return true;
    }
  }

  mutable std::atomic<int> trains = 0;
};

const ModelPlugin kSum{&declared_settings<Sum>, &describe_loop<Sum>, nullptr, &make_loop<Sum>};

class LoopEngineTest : public testing::Test {
 protected:
  LoopEngineTest() {
    plan_.model = &kSum;
    plan_.device = "cpu";
  }

  std::unique_ptr<Engine> engine() const { return make_loop_engine(plan_); }

  static Trial trial(const std::string& habit, Budget until, std::uint64_t seed = 7) {
    Trial result;
    result.params = {{"habit", habit}};
    result.seed = seed;
    result.until = until;
    return result;
  }

  /// Trains up to the epoch, or until `stop`, and returns the sums.
  static std::vector<double> run(const Engine& engine, Trial trial, TrialState& state, Budget until, Budget stop = 0) {
    std::vector<double> sums;
    trial.until = until;
    engine.run(trial, state, [&](const Report& report) {
      EXPECT_EQ(report.epoch, state.epoch);
      sums.push_back(report.metrics.at("sum"));
      return report.epoch != stop;
    });
    return sums;
  }

  std::vector<double> in_one_go(const Trial& trial) const {
    const auto subject = engine();
    return run(*subject, trial, *subject->begin(trial), trial.until);
  }

  static std::string packed(const TrialState& state) {
    torch::serialize::OutputArchive archive;
    state.save(archive);
    std::ostringstream bytes;
    archive.save_to(bytes);
    return bytes.str();
  }

  static std::unique_ptr<TrialState> unpacked(const Engine& engine, const Trial& trial, const std::string& bytes,
                                              Budget epoch) {
    auto state = engine.begin(trial);
    torch::serialize::InputArchive archive;
    std::istringstream stream(bytes);
    archive.load_from(stream);
    state->load(archive);
    state->epoch = epoch;
    return state;
  }

  TrainerPlan plan_;
};

std::vector<double> joined(std::vector<double> first, const std::vector<double>& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

TEST_F(LoopEngineTest, DrawsFromTheTrialsOwnStream) {
  const auto sums = in_one_go(trial("good", 5));
  EXPECT_THAT(sums, SizeIs(5));
  drawn();
  EXPECT_EQ(in_one_go(trial("good", 5)), sums);
  EXPECT_NE(in_one_go(trial("good", 5, /*seed=*/8)), sums);
}

TEST_F(LoopEngineTest, GoesOnFromWhereItPaused) {
  for (const char* habit : {"good", "forgetful", "late"}) {
    const Trial one = trial(habit, 6);
    const auto subject = engine();
    const auto state = subject->begin(one);
    auto sums = run(*subject, one, *state, 2);
    EXPECT_EQ(state->epoch, 2);
    sums = joined(sums, run(*subject, one, *state, 3));
    EXPECT_EQ(joined(sums, run(*subject, one, *state, 6)), in_one_go(one)) << habit;
    EXPECT_THAT(run(*subject, one, *state, 6), IsEmpty()) << "there is nothing more to do";
  }
}

TEST_F(LoopEngineTest, GoesOnFromWhereItWasToldToStop) {
  for (const char* habit : {"good", "forgetful", "late"}) {
    const Trial one = trial(habit, 6);
    const auto subject = engine();
    const auto state = subject->begin(one);
    auto sums = run(*subject, one, *state, 6, /*stop=*/2);
    EXPECT_THAT(sums, SizeIs(2));
    EXPECT_EQ(joined(sums, run(*subject, one, *state, 6)), in_one_go(one)) << habit;
  }
}

TEST_F(LoopEngineTest, GoesOnFromItsArchive) {
  for (const char* habit : {"good", "forgetful", "late"}) {
    const Trial one = trial(habit, 5);
    const auto subject = engine();
    const auto state = subject->begin(one);
    const auto sums = run(*subject, one, *state, 3);
    const auto other = engine();
    const auto copy = unpacked(*other, one, packed(*state), 3);
    EXPECT_EQ(copy->bytes(), state->bytes());
    EXPECT_EQ(joined(sums, run(*other, one, *copy, 5)), in_one_go(one)) << habit;
  }
}

// As a checkpoint is written, while the loop waits for its answer.
TEST_F(LoopEngineTest, CanBeSavedInsideOfAReport) {
  for (const char* habit : {"good", "forgetful"}) {
    Trial one = trial(habit, 6);
    const auto whole = in_one_go(one);
    const auto subject = engine();
    const auto state = subject->begin(one);
    std::map<Budget, std::string> saved;
    subject->run(one, *state, [&](const Report& report) {
      if (report.epoch % 2 == 0) saved[report.epoch] = packed(*state);
      return true;
    });
    EXPECT_THAT(saved, SizeIs(3));
    for (const auto& [epoch, bytes] : saved) {
      const auto copy = unpacked(*subject, one, bytes, epoch);
      EXPECT_EQ(run(*subject, one, *copy, 6), std::vector<double>(whole.begin() + epoch, whole.end())) << habit;
    }
  }
}

TEST_F(LoopEngineTest, KeepsBytesOnlyOfALoopThatSaves) {
  const auto subject = engine();
  const auto bytes = [&](const Trial& one) {
    const auto state = subject->begin(one);
    EXPECT_EQ(state->bytes(), 0);
    run(*subject, one, *state, 2);
    return state->bytes();
  };
  EXPECT_GT(bytes(trial("good", 2)), 0);
  EXPECT_EQ(bytes(trial("forgetful", 2)), 0);
}

TEST_F(LoopEngineTest, ACopyBeginsWithTheOthersStateAndItsOwnRandomNumbers) {
  const Trial source = trial("good", 3), copy = trial("good", 2, /*seed=*/8);
  const auto subject = engine();
  const auto from = subject->begin(source), to = subject->begin(copy);
  const double reached = run(*subject, source, *from, 3).back();
  subject->copy(*from, *to);
  EXPECT_EQ(to->epoch, 0);
  const std::string saved = packed(*to);
  const auto sums = run(*subject, copy, *to, 2);
  const auto alone = in_one_go(copy);
  EXPECT_NEAR(sums[1] - sums[0], alone[1] - alone[0], 1e-12) << "the same numbers are drawn";
  EXPECT_GT(sums[0], reached);
  EXPECT_EQ(run(*subject, copy, *unpacked(*subject, copy, saved, 0), 2), sums) << "from its checkpoint";
  EXPECT_EQ(run(*subject, source, *from, 5),
            std::vector<double>({in_one_go(trial("good", 5))[3], in_one_go(trial("good", 5))[4]}))
      << "the source goes on";
}

TEST_F(LoopEngineTest, ALoopThatDoesNotSaveCannotBeCopied) {
  const Trial one = trial("forgetful", 2);
  const auto subject = engine();
  const auto from = subject->begin(one), to = subject->begin(one);
  run(*subject, one, *from, 2);
  EXPECT_THAT([&] { subject->copy(*from, *to); },
              ThrowsMessage<std::runtime_error>(HasSubstr("states no way to save its state")));
}

TEST_F(LoopEngineTest, ALoopMayEndOfItself) {
  const Trial one = trial("ends", 9);
  const auto subject = engine();
  const auto state = subject->begin(one);
  EXPECT_THAT(run(*subject, one, *state, 9), SizeIs(3));
  EXPECT_EQ(state->epoch, 3);
  EXPECT_THAT(run(*subject, one, *state, 9), IsEmpty());
  EXPECT_THAT(run(*subject, one, *unpacked(*subject, one, packed(*state), 3), 9), IsEmpty());
  const auto paused = subject->begin(one);
  EXPECT_THAT(run(*subject, one, *paused, 3), SizeIs(3));
  EXPECT_THAT(run(*subject, one, *paused, 9), IsEmpty()) << "where it paused, there was nothing more to do";
}

TEST_F(LoopEngineTest, WhatItThrowsPasses) {
  EXPECT_THAT([&] { in_one_go(trial("throws", 5)); }, ThrowsMessage<std::domain_error>("epoch 3 is too much"));
}

TEST_F(LoopEngineTest, WhatAReportThrowsEndsTheTrial) {
  for (const char* habit : {"good", "hides"}) {
    const Trial one = trial(habit, 5);
    const auto subject = engine();
    const auto state = subject->begin(one);
    int reports = 0;
    const auto train = [&] {
      subject->run(one, *state, [&](const Report& report) {
        ++reports;
        if (report.epoch == 2) throw std::domain_error("no more");
        return true;
      });
    };
    EXPECT_THAT(train, ThrowsMessage<std::domain_error>("no more")) << habit;
    EXPECT_EQ(reports, 2) << habit;
  }
}

TEST_F(LoopEngineTest, MisuseFailsTheTrialWithASentence) {
  const auto fails = [&](const std::string& habit, const std::string& sentence) {
    EXPECT_THAT([&] { in_one_go(trial(habit, 4)); }, ThrowsMessage<std::runtime_error>(HasSubstr(sentence))) << habit;
  };
  fails("skips", "the loop reported epoch 3 where epoch 2 is next");
  fails("repeats", "the loop reported epoch 1 where epoch 2 is next");
  fails("deaf", "the loop reported epoch 5 after it had been told to stop at epoch 4");
  fails("silent", "the loop returned without a report");
}

TEST_F(LoopEngineTest, MisuseOfTheStateFailsTheTrialWithASentence) {
  const auto fails = [&](const std::string& habit, const std::string& sentence) {
    const Trial one = trial(habit, 4);
    const auto subject = engine();
    const auto state = subject->begin(one);
    run(*subject, one, *state, 2);
    EXPECT_THAT([&] { run(*subject, one, *state, 4); }, ThrowsMessage<std::runtime_error>(HasSubstr(sentence)))
        << habit;
  };
  fails("unasking", "the loop trained on without its state");
  fails("changes", "ended at epoch 0 where it had reached epoch 2");
}

TEST_F(LoopEngineTest, BringsItsOwnData) {
  const Table table;
  plan_.data = &table;
  EXPECT_THAT([&] { engine(); }, ThrowsMessage<StudyError>(HasSubstr("leave 'data' out")));
}

TEST_F(LoopEngineTest, TellsALoopWhatItMayKnow) {
  struct Curious final : Loop {
    SearchSpace space() const override { return {}; }
    void train(TrialContext& trial) const override {
      const Budget epoch = trial.epoch() + 1;
      trial.report(epoch, {{"until", static_cast<double>(trial.until())},
                           {"epochs", static_cast<double>(trial.epochs())},
                           {"seed", static_cast<double>(trial.seed())},
                           {"cpu", trial.device() == "cpu" ? 1.0 : 0.0}});
    }
  };
  static const ModelPlugin curious{&declared_settings<Curious>, &describe_loop<Curious>, nullptr, &make_loop<Curious>};
  plan_.model = &curious;
  plan_.epochs = 27;
  const auto subject = engine();
  const Trial one = trial("good", 3);
  subject->run(one, *subject->begin(one), [&](const Report& report) {
    EXPECT_EQ(report.metrics, (Metrics{{"until", 3}, {"epochs", 27}, {"seed", 7}, {"cpu", 1}}));
    return true;
  });
  EXPECT_EQ(subject->summary().device, "cpu");
}

TEST_F(LoopEngineTest, TrialsOfSeveralThreadsDoNotMix) {
  constexpr std::size_t kTrials = 8;
  const auto subject = engine();
  std::vector<std::vector<double>> together(kTrials);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kTrials; ++i) {
    threads.emplace_back([&, i] {
      const Trial one = trial(i % 2 == 0 ? "good" : "forgetful", 6, i);
      const auto state = subject->begin(one);
      together[i] = joined(run(*subject, one, *state, 3), run(*subject, one, *state, 6));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < kTrials; ++i) {
    EXPECT_EQ(together[i], in_one_go(trial(i % 2 == 0 ? "good" : "forgetful", 6, i)));
  }
}

}  // namespace
}  // namespace pegbox
