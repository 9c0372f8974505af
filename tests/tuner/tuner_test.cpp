#include <algorithm>
#include <atomic>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <pegbox/tuner.hpp>

#include "../cli/process.hpp"
#include "studies.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using testing::ThrowsMessage;

TEST(Tuner, FindsTheBottomOfABowl) {
  Tuner tuner = on_plane("cmaes", 150);
  const TunedStudy study = tuner.run(bowl);
  EXPECT_EQ(study.ending, Ending::trials);
  EXPECT_THAT(study.trials, SizeIs(150));
  ASSERT_NE(study.best(), nullptr);
  EXPECT_LT(study.best()->values.at(0), 1e-3);
  EXPECT_NEAR(study.best()->params.get<double>("x"), 1, 0.05);
  EXPECT_NEAR(study.best()->params.get<double>("y"), -2, 0.05);
  EXPECT_EQ(study.objectives.at(0).metric, "loss");
  EXPECT_EQ(study.space, kPlane);
}

TEST(Tuner, SameOnAnyNumberOfJobs) {
  std::vector<std::vector<std::pair<Params, std::vector<double>>>> results;
  for (const char* jobs : {"1", "2", "4"}) {
    std::atomic<int> at_once = 0;
    std::atomic<int> most = 0;
    const auto slow = [&](const Params& params) {
      const int now = ++at_once;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
      // The first wait for others, so that it is seen whether there are any.
      for (int i = 0; i < 200 && at_once < 2; ++i) std::this_thread::sleep_for(std::chrono::microseconds(100));
      --at_once;
      return bowl(params);
    };
    Tuner tuner = on_plane("tpe", 30);
    results.push_back(tried(tuner.set("run.jobs", jobs).set("window", "4").run(slow)));
    EXPECT_EQ(most > 1, std::string(jobs) != "1");
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(Tuner, CallsTheFunctionOnOneThreadUnlessToldOtherwise) {
  std::atomic<int> at_once = 0;
  std::atomic<bool> overlapping = false;
  Tuner tuner = on_plane("random", 20);
  tuner.run([&](const Params& params) {
    if (++at_once > 1) overlapping = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --at_once;
    return bowl(params);
  });
  EXPECT_FALSE(overlapping);
}

double number_after(const std::string& text, const std::string& key) {
  const std::size_t at = text.find("\"" + key + "\":");
  if (at == std::string::npos) throw std::runtime_error("no '" + key + "' in " + text);
  return std::stod(text.substr(at + key.size() + 3));
}

using Kept = InFolder;

TEST_F(Kept, SameAsAskTell) {
  write("study.yaml",
        "objective: {metric: loss, direction: minimize}\nstrategy: tpe\ntrials: 25\nseed: 7\nwindow: 1\n"
        "space: {x: {low: -5.0, high: 5.0}, y: {low: -5.0, high: 5.0}}\n");
  Tuner tuner(folder_ / "study.yaml");
  const TunedStudy study = tuner.run(bowl);
  EXPECT_EQ(study.name, "study");
  ASSERT_THAT(study.trials, SizeIs(25));
  Process client({.arguments = {"ask-tell", (folder_ / "study.yaml").string()}, .input_open = true});
  for (const Trial& trial : study.trials) {
    client.send("{\"op\":\"ask\"}\n");
    const std::string asked = client.receive_line();
    ASSERT_EQ(number_after(asked, "x"), trial.params.get<double>("x")) << "trial " << trial.number;
    ASSERT_EQ(number_after(asked, "y"), trial.params.get<double>("y")) << "trial " << trial.number;
    std::ostringstream tell;
    tell.precision(17);
    tell << R"({"op":"tell","trial":)" << trial.number << R"(,"value":)" << trial.values.at(0) << "}\n";
    client.send(tell.str());
    client.receive_line();
  }
  client.end_input();
  EXPECT_EQ(client.finish().code, 0);
}

TEST_F(Kept, TheFileNarrowsTheSpaceOfTheProgram) {
  Tuner tuner(write("narrow.yaml", "strategy: random\ntrials: 20\nspace: {x: {high: 0.0}}\n"));
  const TunedStudy study = tuner.space(kPlane).minimize("loss").run(bowl);
  EXPECT_EQ(std::get<Real>(study.space[0].domain).high, 0);
  EXPECT_EQ(std::get<Real>(study.space[1].domain).high, 5);
  for (const Trial& trial : study.trials) EXPECT_LE(trial.params.get<double>("x"), 0);
}

TEST(Tuner, SeveralObjectives) {
  Tuner tuner = on_plane("random", 40);
  tuner.maximize("width");
  const TunedStudy study = tuner.run([](const Params& params) -> Metrics {
    return {{"loss", params.get<double>("x")}, {"width", params.get<double>("x")}, {"other", 1}};
  });
  EXPECT_THAT(study.pareto_front(), SizeIs(40)) << "what is won by one is lost by the other";
  EXPECT_THAT(study.trials.back().values, SizeIs(2));
  EXPECT_EQ(study.trials.back().reports.back().metrics.at("other"), 1);
  EXPECT_THAT([&] { tuner.run(bowl); }, ThrowsMessage<StudyError>(HasSubstr("2 objectives")));
}

TEST(Tuner, StopsFromAnotherThread) {
  std::stop_source stop;
  std::atomic<bool> training = false;
  Tuner tuner = on_plane("random", 5);
  tuner.set("epochs", "1000000000");
  const std::jthread other([&] {
    training.wait(false);
    stop.request_stop();
  });
  const TunedStudy study = tuner.run(
      [&](TrialContext& trial) {
        for (Budget epoch = 1; trial.report(epoch, {{"loss", 1}}); ++epoch) {
          training = true;
          training.notify_all();
        }
      },
      stop.get_token());
  EXPECT_EQ(study.ending, Ending::interrupted);
  EXPECT_THAT(study.trials, ElementsAre(Field(&Trial::state, State::paused)));
  EXPECT_EQ(study.best(), nullptr);
}

TEST(Tuner, WhatTheFunctionThrowsFailsItsTrial) {
  Tuner tuner = on_plane("random", 30);
  tuner.set("run.max_failures", "30");
  const TunedStudy study = tuner.run([](const Params& params) -> double {
    const double x = params.get<double>("x");
    if (x < -2) throw std::domain_error("x is too small");
    if (x < 0) throw 1;  // NOLINT(hicpp-exception-baseclass)
    if (x < 2) return NAN;
    return x;
  });
  EXPECT_THAT(study.trials, SizeIs(30));
  for (const Trial& trial : study.trials) {
    const double x = trial.params.get<double>("x");
    EXPECT_EQ(trial.state, x < 2 ? State::failed : State::complete);
    EXPECT_THAT(trial.error, x < -2  ? "x is too small"
                             : x < 0 ? "threw something that is not an exception"
                             : x < 2 ? "'loss' is nan after epoch 1"
                                     : "");
  }
  EXPECT_GT(study.best()->values.at(0), 2);
}

TEST(Tuner, TooManyFailuresInARowEndTheStudy) {
  Tuner tuner = on_plane("random", 50);
  const TunedStudy study = tuner.run([](const Params&) -> double { throw std::runtime_error("always"); });
  EXPECT_EQ(study.ending, Ending::failures);
  EXPECT_LT(study.trials.size(), 10U);
  EXPECT_THAT(study.trials, Each(Field(&Trial::error, "always")));
}

TEST(Tuner, APrunerStopsTheFunction) {
  std::atomic<int> computed = 0;
  Tuner tuner = on_plane("random", 30);
  tuner.set("epochs", "20").set("pruner", "median");
  const TunedStudy study = tuner.run([&](TrialContext& trial) {
    Descent descent{std::abs(trial.params().get<double>("x"))};
    for (Budget epoch = 1; epoch <= trial.until(); ++epoch) {
      ++computed;
      if (!trial.report(epoch, {{"loss", descent.next()}})) return;
    }
  });
  EXPECT_GT(count(study, State::pruned), 5);
  EXPECT_GT(count(study, State::complete), 5);
  Budget reported = 0;
  for (const Trial& trial : study.trials) reported += trial.epochs();
  EXPECT_EQ(computed, reported);
  EXPECT_LT(reported, 30 * 20);
}

/// Trains as `Descent` does, and counts epochs.
class Training {
 public:
  explicit Training(bool saves) : saves_(saves) {}

  void operator()(TrialContext& trial) {
    Descent descent{std::abs(trial.params().get<double>("x"))};
    if (saves_) {
      trial.save([&] { return descent.written(); });
      if (const auto state = trial.restore()) descent.read(*state);
    }
    for (Budget epoch = trial.epoch() + 1; epoch <= trial.until(); ++epoch) {
      ++computed;
      if (!trial.report(epoch, {{"loss", descent.next()}})) return;
    }
  }

  std::atomic<int> computed = 0;

 private:
  bool saves_;
};

TunedStudy halved(Training& training, const std::string& strategy) {
  Tuner tuner = on_plane(strategy, 30);
  tuner.set("epochs", "27").set("run.jobs", "2").set("window", "4");
  return tuner.run([&](TrialContext& trial) { training(trial); });
}

TEST(Tuner, AFunctionThatSavesGoesOnWhereItPaused) {
  Training saving(true);
  Training forgetful(false);
  const TunedStudy saved = halved(saving, "hyperband");
  const TunedStudy forgotten = halved(forgetful, "hyperband");
  EXPECT_EQ(tried(saved), tried(forgotten));
  EXPECT_GT(count(saved, State::complete), 0);
  EXPECT_GT(count(saved, State::pruned), 0);
  EXPECT_EQ(count(saved, State::failed), 0);
  Budget reached = 0;
  for (const Trial& trial : saved.trials) reached += trial.epochs();
  EXPECT_EQ(saving.computed, reached);
  EXPECT_GT(forgetful.computed, reached) << "it is run from its beginning";
}

TEST(Tuner, ACopyBeginsWithTheStateOfAnotherTrial) {
  Training saving(true);
  const TunedStudy study = halved(saving, "{name: pbt, population: 4, explore: 'x, y'}");
  const auto copy =
      std::find_if(study.trials.begin(), study.trials.end(), [](const Trial& trial) { return trial.from.has_value(); });
  ASSERT_NE(copy, study.trials.end());
  EXPECT_EQ(count(study, State::failed), 0);
  const double goal = std::abs(copy->params.get<double>("x"));
  const double afresh = goal + (10 - goal) * std::pow(0.9, copy->epochs());
  EXPECT_LT(copy->values.at(0), afresh - 0.1);
}

std::string error_of(const std::function<void(TrialContext&)>& function) {
  Tuner tuner = on_plane("random", 1);
  const TunedStudy study = tuner.set("epochs", "3").run(function);
  return study.trials.at(0).error;
}

TEST(Tuner, HoldsTheFunctionToTheRules) {
  EXPECT_THAT(error_of([](TrialContext& trial) {
                trial.report(2, {{"loss", 1}});
              }),
              HasSubstr("reported epoch 2 where epoch 1 is next"));
  EXPECT_THAT(error_of([](TrialContext& trial) {
                for (Budget epoch = 1; epoch < 5; ++epoch) trial.report(epoch, {{"loss", 1}});
              }),
              HasSubstr("reported epoch 4 after it had been told to stop at epoch 3"));
  EXPECT_EQ(error_of([](TrialContext&) {}), "the function returned without a report");
  EXPECT_THAT(error_of([](TrialContext& trial) {
                trial.report(1, {{"cost", 1}});
              }),
              HasSubstr("measures no 'loss'; it measures cost"));
  EXPECT_EQ(error_of([](TrialContext& trial) { trial.report(1, {{"loss", 1}}); }), "") << "it may end early";
}

TEST(Tuner, TellsEachTrialThatEndsOnce) {
  std::vector<int> told(30);
  Training training(true);
  Tuner tuner = on_plane("hyperband", 30);
  tuner.set("epochs", "27").on_trial([&](const Trial& trial) {
    EXPECT_TRUE(trial.state == State::complete || trial.state == State::pruned);
    ++told.at(static_cast<std::size_t>(trial.number));
  });
  const TunedStudy study = tuner.run([&](TrialContext& trial) { training(trial); });
  told.resize(study.trials.size());
  EXPECT_THAT(told, Each(1));
}

TEST(Tuner, WhatACallbackThrowsComesOut) {
  int told = 0;
  Tuner tuner = on_plane("random", 50);
  tuner.on_trial([&](const Trial&) {
    if (++told == 3) throw std::runtime_error("no more");
  });
  EXPECT_THAT([&] { tuner.run(bowl); }, ThrowsMessage<std::runtime_error>("no more"));
  EXPECT_EQ(told, 3);
}

TEST(Tuner, SeveralAtOnceKnowNothingOfEachOther) {
  const auto study = [](const std::string& seed) {
    Tuner tuner = on_plane("tpe", 40);
    return tried(tuner.set("seed", seed).set("run.jobs", "2").set("window", "4").run(bowl));
  };
  const auto one = study("1");
  const auto two = study("2");
  EXPECT_NE(one, two);
  decltype(study("1")) again;
  {
    const std::jthread other([&] { again = study("1"); });
    EXPECT_EQ(study("2"), two);
  }
  EXPECT_EQ(again, one);
}

TEST(Tuner, SaysWhereAStudyIsWrong) {
  EXPECT_THAT([] { on_plane("random", 1).set("trials", "many").run(bowl); },
              ThrowsMessage<StudyError>(AllOf(StartsWith("set(\"trials\"): "), HasSubstr("many"))));
  EXPECT_THAT([] { on_plane("random", 1).set("trails", "9").run(bowl); },
              ThrowsMessage<StudyError>(AllOf(StartsWith("set(\"trails\"): "), HasSubstr("trials"))));
  EXPECT_THAT([] { Tuner().space(kPlane).run(bowl); },
              ThrowsMessage<StudyError>(StartsWith("the study has no objective")));
  EXPECT_THAT([] { Tuner().minimize("loss").run(bowl); },
              ThrowsMessage<StudyError>(StartsWith("the study has no hyperparameters")));
  EXPECT_THAT([] { on_plane("random", 1).set("model", "mlp").run(bowl); },
              ThrowsMessage<StudyError>(StartsWith("set(\"model\"): a function of the program is tuned")));
  EXPECT_THAT([] { on_plane("random", 1).run(); }, ThrowsMessage<StudyError>(StartsWith("space() is for a function")));
  EXPECT_THAT([] { Tuner("/nowhere/study.yaml"); }, ThrowsMessage<StudyError>(HasSubstr("/nowhere/study.yaml")));
  EXPECT_THAT([] { on_plane("{name: tpe, startup: -1}", 1).run(bowl); },
              ThrowsMessage<StudyError>(AllOf(HasSubstr("set(\"strategy\")"), HasSubstr("startup"))));
  EXPECT_THAT([] { on_plane("tpee", 1).run(bowl); },
              ThrowsMessage<PluginError>(AllOf(StartsWith("set(\"strategy\"): "), HasSubstr("'tpe'"))));
}

TEST(Tuner, WhatAPlugInRefusesIsAStudyError) {
  Tuner tuner = on_plane("cmaes", 5);
  tuner.maximize("width");
  EXPECT_THAT([&] { tuner.run([](const Params&) {
                      return Metrics{{"loss", 1}, {"width", 1}};
                    }); },
              ThrowsMessage<StudyError>(HasSubstr("strategy 'cmaes'")));
}

}  // namespace
}  // namespace pegbox
