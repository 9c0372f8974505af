#include <csignal>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;
using testing::Values;

const std::string kRandom = "strategy: random\nobjective: loss\ntrials: 10\nseed: 1\n";
const std::string kSpace = "space:\n  x: {low: 0.0, high: 1.0}\n  op: [relu, tanh]\n";

/// A client that says a line and waits for its answer.
class Client {
 public:
  explicit Client(const Command& command) : process_(command) {}

  json say(const std::string& line) {
    process_.send(line + '\n');
    const std::string answer = process_.receive_line();
    json parsed = json::parse(answer, nullptr, /*allow_exceptions=*/false);
    EXPECT_TRUE(parsed.is_object()) << line << " is answered by " << answer;
    return parsed;
  }
  json ask() { return say(R"({"op":"ask"})"); }
  json tell(const json& trial, double value) {
    return say(json{{"op", "tell"}, {"trial", trial.at("trial")}, {"value", value}}.dump());
  }
  json report(const json& trial, int step, double value) {
    return say(json{{"op", "report"}, {"trial", trial.at("trial")}, {"step", step}, {"value", value}}.dump());
  }
  Process& process() { return process_; }
  Finished finish() { return process_.finish(); }

 private:
  Process process_;
};

class AskTell : public CliTest {
 protected:
  /// A client of a study whose description is this.
  std::unique_ptr<Client> client(const std::string& study, const std::vector<std::string>& options = {}) const {
    write("study.yaml", study);
    return std::make_unique<Client>(Command{.arguments = std::vector<std::string>{"ask-tell", "study.yaml"} + options,
                                            .folder = folder_,
                                            .input_open = true});
  }
};

const json kOk{{"ok", true}};
const json kKeep{{"keep", true}};
const json kWait{{"wait", true}};
const json kDone{{"done", true}};

TEST_F(AskTell, AnswersEachLineAtOnce) {
  const auto it = client(kRandom + kSpace + "epochs: 9\n");
  for (int i = 0; i < 3; ++i) {
    const json trial = it->ask();
    EXPECT_EQ(trial.size(), 3U) << trial;
    EXPECT_EQ(trial.at("trial"), i);
    EXPECT_EQ(trial.at("until"), 9);
    EXPECT_EQ(trial.at("params").size(), 2U);
    EXPECT_GE(trial.at("params").at("x").get<double>(), 0);
    EXPECT_LE(trial.at("params").at("x").get<double>(), 1);
    EXPECT_TRUE(trial.at("params").at("op") == "relu" || trial.at("params").at("op") == "tanh");
  }
  EXPECT_EQ(it->say(R"({"op":"report","trial":0,"step":3,"value":0.5})"), kKeep);
  EXPECT_EQ(it->say(R"({"op":"report","trial":0,"step":9,"value":0.5})"), kKeep);
  EXPECT_EQ(it->say(R"({"op":"tell","trial":0,"value":0.42})"), kOk);
  EXPECT_EQ(it->say(R"({"op":"tell","trial":1,"state":"failed","error":"out of memory"})"), kOk);
  EXPECT_EQ(it->say(R"({"op":"tell","trial":2,"state":"pruned"})"), kOk);
  const Finished finished = it->finish();
  EXPECT_THAT(finished, Exits(0));
  EXPECT_EQ(finished.err, "");
}

TEST_F(AskTell, OneEpochWhereNoneAreSaid) {
  const auto it = client(kRandom + kSpace);
  EXPECT_EQ(it->ask().at("until"), 1);
}

TEST_F(AskTell, IsDoneAfterTheTrials) {
  const auto it = client(kRandom + kSpace, {"--trials", "3"});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(it->tell(it->ask(), 0.5), kOk);
  EXPECT_EQ(it->ask(), kDone);
  EXPECT_EQ(it->ask(), kDone);
}

TEST_F(AskTell, WaitsOutsideTheWindow) {
  const auto it = client(kRandom + kSpace + "window: 2\n");
  const json first = it->ask();
  it->ask();
  EXPECT_EQ(it->ask(), kWait);
  EXPECT_EQ(it->tell(first, 1), kOk);
  EXPECT_EQ(it->ask().at("trial"), 2);
}

TEST_F(AskTell, SkipsEmptyLinesAndTakesTheLastWithoutAnEnd) {
  const auto it = client(kRandom + kSpace);
  it->process().send("\n  \n\r\n{\"op\":\"ask\"}\r\n\n{\"op\":\"ask\"}");
  const Finished finished = it->finish();
  EXPECT_THAT(finished, Exits(0));
  EXPECT_EQ(std::count(finished.out.begin(), finished.out.end(), '\n'), 2);
  EXPECT_THAT(finished.out, AllOf(HasSubstr("\"trial\":0"), HasSubstr("\"trial\":1"), Not(HasSubstr("error"))));
}

TEST_F(AskTell, ResumesPausedTrials) {
  const auto it = client("strategy: {name: hyperband, factor: 3}\nobjective: loss\ntrials: 30\nepochs: 9\n" + kSpace);
  std::map<int, int> reached;
  std::map<int, json> params;
  int resumed = 0;
  for (json trial = it->ask(); trial != kDone; trial = it->ask()) {
    const int number = trial.at("trial");
    const int until = trial.at("until");
    EXPECT_EQ(trial.contains("resume"), reached.contains(number)) << trial;
    if (trial.contains("resume")) {
      ++resumed;
      EXPECT_EQ(trial.at("resume"), true);
      EXPECT_EQ(trial.at("params"), params.at(number));
    }
    params[number] = trial.at("params");
    for (int step = reached[number] + 1; step <= until; ++step) EXPECT_EQ(it->report(trial, step, 1.0 / step), kKeep);
    EXPECT_GT(until, reached[number]);
    EXPECT_LE(until, 9);
    reached[number] = until;
    ASSERT_EQ(it->tell(trial, trial.at("params").at("x")), kOk);
  }
  EXPECT_GT(resumed, 3);
  EXPECT_EQ(reached.size(), 30U);
}

TEST_F(AskTell, CopiesNameTheirSource) {
  const auto it =
      client("strategy: {name: pbt, population: 4, interval: 1}\nobjective: loss\ntrials: 40\nepochs: 4\n" + kSpace);
  int copies = 0;
  std::map<int, json> state;
  for (json trial = it->ask(); trial != kDone; trial = it->ask()) {
    if (trial.contains("from")) {
      ++copies;
      EXPECT_TRUE(state.contains(trial.at("from"))) << trial;
      EXPECT_FALSE(trial.contains("resume"));
    }
    state[trial.at("trial")] = trial;
    ASSERT_EQ(it->tell(trial, trial.at("params").at("x")), kOk);
  }
  EXPECT_GT(copies, 0);
}

TEST_F(AskTell, APrunedTrialNeedsNoTelling) {
  const auto it = client(kRandom + kSpace + "epochs: 9\npruner: {name: threshold, upper: 1.0}\n");
  const json first = it->ask();
  const json second = it->ask();
  EXPECT_EQ(it->report(first, 1, 0.5), kKeep);
  EXPECT_EQ(it->report(second, 1, 1.5), (json{{"keep", false}}));
  EXPECT_EQ(it->say(R"({"op":"tell","trial":1,"state":"pruned"})"), kOk);
  EXPECT_EQ(it->tell(second, 1.5), kOk);
  EXPECT_THAT(it->report(second, 2, 0.5).at("error").get<std::string>(), HasSubstr("trial 1 is pruned"));
  EXPECT_EQ(it->tell(first, 0.5), kOk);
}

TEST_F(AskTell, WhatIsNoNumberFailsTheTrial) {
  const auto it = client(kRandom + kSpace + "epochs: 2\n");
  int number = 0;
  for (const std::string value : {"NaN", "null", "Infinity", "-Infinity"}) {
    it->ask();
    const json answer = it->say(R"({"op":"tell","trial":)" + std::to_string(number++) + R"(,"value":)" + value + "}");
    EXPECT_EQ(answer.at("ok"), true);
    EXPECT_THAT(answer.at("failed").get<std::string>(), HasSubstr("'loss' is "));
  }
  it->ask();
  const json answer = it->say(R"({"op":"report","trial":4,"step":1,"value":NaN})");
  EXPECT_EQ(answer.at("keep"), false);
  EXPECT_EQ(answer.at("failed"), "'loss' is nan after epoch 1");
  EXPECT_EQ(it->say(R"({"op":"tell","trial":4,"state":"failed","error":"NaN and \"Infinity\""})"), kOk);
}

TEST_F(AskTell, SeveralObjectives) {
  const auto it = client(
      "strategy: genetic\nobjective: [{metric: loss, direction: minimize}, {metric: speed, direction: maximize}]\n"
      "epochs: 2\n" +
      kSpace);
  it->ask();
  EXPECT_EQ(it->say(R"({"op":"report","trial":0,"step":1,"values":[0.5,3]})"), kKeep);
  EXPECT_EQ(it->say(R"({"op":"tell","trial":0,"values":[0.5,4]})"), kOk);
  it->ask();
  for (const std::string wrong : {R"("value":1)", R"("values":[1])", R"("values":[1,2,3])", R"("values":3)"}) {
    EXPECT_THAT(it->say(R"({"op":"tell","trial":1,)" + wrong + "}").at("error").get<std::string>(),
                HasSubstr("values"));
  }
  EXPECT_EQ(it->say(R"({"op":"tell","trial":1,"values":[1,NaN]})").at("failed"), "'speed' is nan after epoch 2");
}

TEST_F(AskTell, TakesPointsOfTheClientsOwn) {
  const auto it = client(kRandom + kSpace, {"--trials", "3"});
  EXPECT_EQ(it->say(R"({"op":"tell","params":{"x":1,"op":"relu"},"value":0.5})"), (json{{"ok", true}, {"trial", 0}}));
  EXPECT_EQ(it->ask().at("trial"), 1);
  EXPECT_EQ(it->say(R"({"op":"tell","params":{"x":0.5,"op":"tanh"},"state":"failed"})"),
            (json{{"ok", true}, {"trial", 2}}));
  EXPECT_EQ(it->ask(), kDone) << "they count as trials";
}

TEST_F(AskTell, BeginsWithStatedDefaultsAndEnqueuedPoints) {
  const std::string some = "space:\n  x: {low: 0.0, high: 1.0, default: 0.125}\n  y: {low: 0.0, high: 1.0}\n";
  const auto stated = client(kRandom + some + "enqueue:\n  - {y: 0.75}\n");
  EXPECT_EQ(stated->ask().at("params"), (json{{"x", 0.125}, {"y", 0.5}}));
  EXPECT_EQ(stated->ask().at("params"), (json{{"x", 0.125}, {"y", 0.75}}));
  EXPECT_NE(stated->ask().at("params").at("x"), 0.125);

  const std::string none = "space:\n  x: {low: 0.0, high: 1.0}\n  y: 3\n";
  EXPECT_NE(client(kRandom + none)->ask().at("params").at("x"), 0.5) << "nobody said that the middle is any good";
  EXPECT_EQ(client(kRandom + none + "enqueue:\n  - {x: 0.25}\n")->ask().at("params"), (json{{"x", 0.25}, {"y", 3}}));
}

TEST_F(AskTell, TheSameClientGetsTheSameAnswers) {
  const std::string study = "strategy: tpe\nobjective: loss\ntrials: 40\n" + kSpace;
  const auto answers = [&](const std::vector<std::string>& options) {
    const auto it = client(study, options);
    std::string all;
    for (json trial = it->ask(); trial != kDone; trial = it->ask()) {
      all += trial.dump() + '\n';
      it->tell(trial, trial.at("params").at("x"));
    }
    return all;
  };
  const std::string once = answers({});
  EXPECT_EQ(answers({}), once);
  EXPECT_NE(answers({"--seed", "2"}), once);
}

struct Malformed {
  std::string name, line;
  std::vector<std::string> words;  ///< all in the error
};

std::ostream& operator<<(std::ostream& stream, const Malformed& malformed) { return stream << malformed.name; }

class MalformedLine : public AskTell, public testing::WithParamInterface<Malformed> {};

TEST_P(MalformedLine, IsAnsweredAndTheStudyGoesOn) {
  const auto it = client(kRandom + kSpace + "epochs: 9\n");
  const json trial = it->ask();
  const json answer = it->say(GetParam().line);
  ASSERT_TRUE(answer.contains("error")) << answer;
  EXPECT_EQ(answer.size(), 1U) << answer;
  const std::string error = answer.at("error");
  for (const std::string& word : GetParam().words) EXPECT_THAT(error, HasSubstr(word));
  EXPECT_LT(error.size(), 300U);
  EXPECT_EQ(it->tell(trial, 0.5), kOk);
  EXPECT_EQ(it->ask().at("trial"), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, MalformedLine,
    Values(
        Malformed{"word", "ask", {"not JSON"}}, Malformed{"cut", R"({"op":"ask")", {"not JSON"}},
        Malformed{"two", R"({"op":"ask"}{"op":"ask"})", {"not JSON"}},
        Malformed{"not_utf8", "{\"op\":\"\xff\"}", {"not JSON"}},
        Malformed{"zero_byte", std::string("{\"op\":\"ask\"\0}", 13), {"not JSON"}},
        Malformed{"list", R"(["op","ask"])", {"one JSON object", "a list"}},
        Malformed{"number", "12", {"one JSON object", "12"}}, Malformed{"empty", "{}", {"'op' is missing", "tell"}},
        Malformed{"op_number", R"({"op":3})", {"'op'", "3"}},
        Malformed{"op_unknown", R"({"op":"aks"})", {"'aks'", "did you mean 'ask'"}},
        Malformed{"op_far", R"({"op":"frobnicate"})", {"known are ask, report, tell"}},
        Malformed{"op_endless", R"({"op":")" + std::string(5000, 'x') + R"("})", {"unknown op 'xxx"}},
        Malformed{"ask_key", R"({"op":"ask","trial":0})", {"unknown key 'trial' of ask"}},
        Malformed{"tell_key", R"({"op":"tell","trial":0,"valeu":1})", {"'valeu'", "did you mean 'value'"}},
        Malformed{"tell_no_trial", R"({"op":"tell","value":1})", {"'trial' is missing"}},
        Malformed{"tell_text_trial", R"({"op":"tell","trial":"0","value":1})", {"'trial' is a whole number", "'0'"}},
        Malformed{"tell_real_trial", R"({"op":"tell","trial":0.5,"value":1})", {"'trial' is a whole number", "0.5"}},
        Malformed{"tell_huge_trial", R"({"op":"tell","trial":99999999999999999999,"value":1})", {"whole number"}},
        Malformed{"tell_big_trial", R"({"op":"tell","trial":4294967296,"value":1})", {"whole number", "4294967296"}},
        Malformed{"tell_negative", R"({"op":"tell","trial":-1,"value":1})", {"no trial -1"}},
        Malformed{"tell_unknown", R"({"op":"tell","trial":5,"value":1})", {"no trial 5", "the last is trial 0"}},
        Malformed{"tell_no_value", R"({"op":"tell","trial":0})", {"trial 0 has no value"}},
        Malformed{"tell_text", R"({"op":"tell","trial":0,"value":"0.5"})", {"'value' takes numbers", "'0.5'"}},
        Malformed{"tell_true", R"({"op":"tell","trial":0,"value":true})", {"'value' takes numbers", "true"}},
        Malformed{"tell_both", R"({"op":"tell","trial":0,"value":1,"values":[1]})", {"'value' and 'values'"}},
        Malformed{"tell_many", R"({"op":"tell","trial":0,"values":[1,2]})", {"2 numbers", "one objective"}},
        Malformed{"tell_overflow", R"({"op":"tell","trial":0,"value":1e999})", {"not JSON"}},
        Malformed{"tell_state", R"({"op":"tell","trial":0,"state":"stopped"})", {"'stopped'", "pruned or failed"}},
        Malformed{"tell_state_number", R"({"op":"tell","trial":0,"state":1})", {"'state' is a text"}},
        Malformed{"failed_value", R"({"op":"tell","trial":0,"state":"failed","value":1})", {"a failed trial has no"}},
        Malformed{"pruned_value", R"({"op":"tell","trial":0,"state":"pruned","value":1})", {"last report"}},
        Malformed{"error_alone", R"({"op":"tell","trial":0,"value":1,"error":"no"})", {"'state' must be failed"}},
        Malformed{"own_and_asked", R"({"op":"tell","trial":0,"params":{"x":0.5},"value":1})", {"'trial' and 'params'"}},
        Malformed{"own_part", R"({"op":"tell","params":{"x":0.5},"value":1})", {"'op' has no value"}},
        Malformed{"own_outside", R"({"op":"tell","params":{"x":2,"op":"relu"},"value":1})", {"'x'", "outside 0..1"}},
        Malformed{"own_unknown", R"({"op":"tell","params":{"x":0,"op":"relu","z":1},"value":1})", {"'z'"}},
        Malformed{"own_list", R"({"op":"tell","params":[1],"value":1})", {"'params' is an object"}},
        Malformed{"own_null", R"({"op":"tell","params":{"x":null,"op":"relu"},"value":1})", {"'x'", "not null"}},
        Malformed{"own_no_value", R"({"op":"tell","params":{"x":0,"op":"relu"}})", {"no value"}},
        Malformed{"report_no_trial", R"({"op":"report","step":1,"value":1})", {"'trial' is missing"}},
        Malformed{"report_no_step", R"({"op":"report","trial":0,"value":1})", {"'step' is missing"}},
        Malformed{"report_no_value", R"({"op":"report","trial":0,"step":1})", {"no value"}},
        Malformed{"report_zero", R"({"op":"report","trial":0,"step":0,"value":1})", {"step 0"}},
        Malformed{"report_beyond", R"({"op":"report","trial":0,"step":10,"value":1})", {"step 10", "beyond step 9"}},
        Malformed{"deep", std::string(200000, '['), {"not JSON"}},
        Malformed{"deep_whole", std::string(200000, '[') + std::string(200000, ']'), {"one JSON object"}},
        Malformed{"megabytes", R"({"op":")" + std::string(3 << 20, 'x') + R"("})", {"longer than 1 MiB"}}),
    [](const auto& one) { return one.param.name; });

TEST_F(AskTell, ATrialIsToldOnce) {
  const auto it = client(kRandom + kSpace);
  const json trial = it->ask();
  EXPECT_EQ(it->tell(trial, 0.5), kOk);
  EXPECT_EQ(it->tell(trial, 0.5).at("error"), "trial 0 is complete: it has been told already");
}

/// Good lines, damaged as a client that is being written may damage them.
std::string damaged(std::mt19937& random) {
  static const std::vector<std::string> good{R"({"op":"ask"})", R"({"op":"report","trial":0,"step":3,"value":0.5})",
                                             R"({"op":"tell","trial":1,"value":0.42})",
                                             R"({"op":"tell","trial":2,"state":"failed","error":"out of memory"})",
                                             R"({"op":"tell","params":{"x":0.25,"op":"relu"},"values":[1]})"};
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::string line = good[below(good.size())];
  for (std::size_t i = below(4); i > 0 && !line.empty(); --i) {
    const std::size_t place = below(line.size());
    const std::size_t length = below(6);
    if (const std::size_t kind = below(4); kind == 0) {
      line = line.substr(0, place);
    } else if (kind == 1) {
      line.erase(place, length);
    } else if (kind == 2) {
      line.insert(place, line.substr(below(line.size()), length));
    } else {
      line[place] = static_cast<char>(below(256));
    }
  }
  for (char& letter : line) letter = letter == '\n' ? '{' : letter;
  return line.find_first_not_of(" \t\r") == std::string::npos ? "{" : line;
}

TEST_F(AskTell, EachDamagedLineGetsOneAnswer) {
  const auto it = client(kRandom + kSpace + "epochs: 9\npruner: median\n", {"--trials", "1000000"});
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same lines in each run
  std::map<std::string, int> kinds;
  for (int i = 0; i < 500; ++i) {
    const std::string line = damaged(random);
    const json answer = it->say(line);
    ASSERT_TRUE(answer.is_object()) << line;
    ++kinds[answer.begin().key()];
  }
  EXPECT_GT(kinds["error"], 100);
  EXPECT_GT(kinds["params"] + kinds["until"] + kinds["ok"] + kinds["keep"], 20);
  EXPECT_TRUE(it->ask().contains("trial")) << "the next answer is that to the next line";
  EXPECT_THAT(it->finish(), Exits(0));
}

struct Mistaken {
  std::string name, study, message;
};

std::ostream& operator<<(std::ostream& stream, const Mistaken& mistaken) { return stream << mistaken.name; }

class MistakenStudy : public AskTell, public testing::WithParamInterface<Mistaken> {};

TEST_P(MistakenStudy, IsRefused) {
  write("study.yaml", GetParam().study);
  EXPECT_THAT(here({"ask-tell", "study.yaml"}),
              Refuses(2, AllOf(StartsWith("pegbox: study.yaml:"), HasSubstr(GetParam().message))));
}

INSTANTIATE_TEST_SUITE_P(
    Files, MistakenStudy,
    Values(Mistaken{"no_objective", "strategy: random\n" + kSpace, "ask-tell needs an objective"},
           Mistaken{"no_space", kRandom, "ask-tell needs a space"},
           Mistaken{"empty_space", kRandom + "space: {}\n", "ask-tell needs a space"},
           Mistaken{"part_of_an_entry", kRandom + "space:\n  layers: {high: 3}\n", "both low and high"},
           Mistaken{"unknown_direction", "objective: latency\n" + kSpace, "needs a direction"},
           Mistaken{"unknown_key", kRandom + kSpace + "trails: 3\n", "did you mean 'trials'"},
           Mistaken{"refused_by_the_strategy", "strategy: grid\nobjective: loss\n" + kSpace, "grid"}),
    [](const auto& one) { return one.param.name; });

TEST_F(AskTell, NeedsNeitherModelNorData) {
  const auto it = client(kRandom + kSpace + "model: mlp\ndata: {csv: nowhere.csv, target: y}\n" +
                         "run: {storage: digits.db, max_failures: 1}\n");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(it->ask().at("params").size(), 2U);
    EXPECT_EQ(it->say(R"({"op":"tell","trial":)" + std::to_string(i) + R"(,"state":"failed"})"), kOk);
  }
  const Finished finished = it->finish();
  EXPECT_THAT(finished, Exits(0));
  EXPECT_THAT(finished.err, AllOf(HasSubstr("keeps nothing"), HasSubstr("digits.db")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "digits.db"));
}

TEST_F(AskTell, TheWholeStudyOnTheCommandLine) {
  Client it(Command{.arguments = {"ask-tell", "--strategy", "random", "--set", "space.x={low: 3, high: 3}", "--set",
                                  "objective=loss", "--epochs", "4"},
                    .input_open = true});
  EXPECT_EQ(it.ask(), (json{{"trial", 0}, {"params", {{"x", 3}}}, {"until", 4}}));
}

TEST_F(AskTell, ASignalEndsItAtOnce) {
  for (const int number : {SIGINT, SIGTERM}) {
    const auto it = client(kRandom + kSpace);
    it->ask();
    it->process().signal(number);
    EXPECT_THAT(it->finish(), Exits(75));
  }
}

TEST_F(AskTell, EndsQuietlyWhenNobodyReads) {
  const auto it = client(kRandom + kSpace);
  it->ask();
  it->process().stop_reading();
  it->process().send("{\"op\":\"ask\"}\n{\"op\":\"ask\"}\n");
  EXPECT_THAT(it->finish(), Exits(0));
}

TEST_F(AskTell, SaysWhereTheAnswersCannotBeWritten) {
  write("study.yaml", kRandom + kSpace);
  Process process(
      Command{.arguments = {"ask-tell", "study.yaml"}, .folder = folder_, .input_open = true, .output = "/dev/full"});
  process.send("{\"op\":\"ask\"}\n");
  const Finished finished = process.finish();
  EXPECT_THAT(finished, Exits(1));
  EXPECT_THAT(finished.err, HasSubstr("standard output"));
}

TEST_F(AskTell, AFaultyStrategyEndsIt) {
  const std::map<std::string, std::string> faults{
      {"beyond", "99"}, {"speechless", "out of ideas"}, {"patient", "waits"}};
  for (const auto& [strategy, words] : faults) {
    const auto it = client("objective: loss\nspace:\n  layers: {low: 1, high: 4}\n",
                           {"--strategy", strategy, "--plugin-dir", PEGBOX_FIXTURE_DIR});
    json answer = it->ask();
    while (answer.contains("trial")) answer = it->ask();
    ASSERT_TRUE(answer.contains("error")) << answer;
    EXPECT_THAT(answer.at("error").get<std::string>(), AllOf(HasSubstr('\'' + strategy + '\''), HasSubstr(words)));
    const Finished finished = it->finish();
    EXPECT_THAT(finished, Exits(5));
    EXPECT_THAT(finished.err, HasSubstr(words));
  }
}

}  // namespace
}  // namespace pegbox
