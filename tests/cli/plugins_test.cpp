#include <map>
#include <sstream>

#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::filesystem::path kBroken = PEGBOX_BROKEN_DIR;

/// The file of each fixture that must be refused, with a part of the reason.
const std::map<std::string, std::string>& refused() {
  static const std::map<std::string, std::string> all{{"empty", "empty"},
                                                      {"exits_at_load", "SDK 999"},
                                                      {"header_only", "truncated or damaged"},
                                                      {"not_elf", "not an ELF library"},
                                                      {"other_compiler", "compiler 4.8.5"},
                                                      {"other_everything", "SDK 999"},
                                                      {"other_libtorch", "LibTorch 1.13.1"},
                                                      {"other_sdk", "SDK 999"},
                                                      {"other_string_abi", "string ABI 0"},
                                                      {"truncated", "truncated or damaged"},
                                                      {"two_in_one", "more than one plug-in"}};
  return all;
}

/// The line of a text that names the file, or nothing.
std::string line_with(const std::string& text, const std::string& file) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(file) != std::string::npos) return line;
  }
  return {};
}

/// Names by kind, as `plugins list --format json` has them.
std::multimap<std::string, std::string> listed(const Finished& finished) {
  std::multimap<std::string, std::string> plugins;
  for (const json& plugin : json::parse(finished.out)) plugins.emplace(plugin.at("kind"), plugin.at("name"));
  return plugins;
}

std::vector<std::string> broken(std::vector<std::string> words) {
  return words + std::vector<std::string>{"--plugin-dir", kBroken.string()};
}

TEST(Plugins, ListNamesTheBundledOnes) {
  const Finished finished = pegbox({"plugins", "list"});
  EXPECT_THAT(finished, Exits(0));
  EXPECT_EQ(finished.err, "");
  for (const std::string name : {"grid", "random", "median", "mlp"}) EXPECT_THAT(finished.out, HasSubstr(name));
  EXPECT_EQ(pegbox({"plugins"}).out, finished.out);

  using Named = std::pair<const std::string, std::string>;
  EXPECT_THAT(listed(pegbox({"plugins", "list", "--format", "json"})),
              testing::IsSupersetOf({Named{"strategy", "grid"}, Named{"strategy", "random"}, Named{"pruner", "median"},
                                     Named{"model", "mlp"}}));
}

TEST(Plugins, InfoShowsTheSettings) {
  EXPECT_THAT(pegbox({"plugins", "info", "grid"}).out, AllOf(HasSubstr("strategy grid"), HasSubstr("points")));
  EXPECT_THAT(pegbox({"plugins", "info", "random"}).out, HasSubstr("no settings"));
  EXPECT_THAT(pegbox({"plugins", "info", "median"}).out, AllOf(HasSubstr("pruner median"), HasSubstr("startup")));
  EXPECT_THAT(pegbox({"plugins", "info", "mlp"}).out,
              AllOf(HasSubstr("model mlp"), HasSubstr("max_layers"), HasSubstr("activation")));
  const json info = result(pegbox({"plugins", "info", "mlp", "--format", "json"}));
  EXPECT_EQ(info.at("kind"), "model");
  EXPECT_EQ(info.at("space").at("layers").at("high"), 4);
}

std::string fixture(const std::string& name) { return std::string(PEGBOX_FIXTURE_DIR) + "/cli_" + name + ".so"; }

TEST(PluginsCheck, PassesWhatIsBundled) {
  const Finished strategy = pegbox({"plugins", "check", "random"});
  EXPECT_THAT(strategy, Exits(0));
  EXPECT_THAT(line_with(strategy.out, "points_fit"), HasSubstr("ok  "));
  EXPECT_THAT(strategy.out, AllOf(HasSubstr("strategy 'random'"), HasSubstr("passes all"), Not(HasSubstr("FAILED"))));
  EXPECT_THAT(strategy.err, HasSubstr("running points_fit"));

  const Finished pruner = pegbox({"plugins", "check", "median"});
  EXPECT_THAT(pruner, Exits(0));
  EXPECT_THAT(line_with(pruner.out, "threads_agree"), HasSubstr("ok  "));
}

TEST(PluginsCheck, SaysWhatIsWrongInAFile) {
  const Finished finished = pegbox({"plugins", "check", fixture("speechless")});
  EXPECT_THAT(finished, Exits(5));
  EXPECT_THAT(line_with(finished.out, "settings_are_declared"), HasSubstr("ok  "));
  EXPECT_THAT(line_with(finished.out, "points_fit"), HasSubstr("FAILED  "));
  EXPECT_THAT(finished.out, AllOf(HasSubstr("        mixed: move 2: threw: out of ideas\n"), HasSubstr("…and ")));
  EXPECT_THAT(line_with(finished.out, "strategy 'speechless'"), AllOf(HasSubstr(": fails "), HasSubstr(" checks")));
}

TEST(PluginsCheck, GivesAllFaultsAsJson) {
  const Finished finished = pegbox({"plugins", "check", fixture("speechless"), "--format", "json"});
  EXPECT_THAT(finished, Exits(5));
  const json checked = result(finished);
  EXPECT_EQ(checked.at("plugin"), "speechless");
  EXPECT_EQ(checked.at("kind"), "strategy");
  EXPECT_EQ(checked.at("path"), fixture("speechless"));
  EXPECT_EQ(checked.at("passed"), false);
  std::map<std::string, json> checks;
  for (const json& check : checked.at("checks")) checks[check.at("name")] = check;
  EXPECT_EQ(checks.at("settings_are_declared").at("passed"), true);
  EXPECT_EQ(checks.at("settings_are_declared").at("faults"), json::array());
  EXPECT_EQ(checks.at("points_fit").at("passed"), false);
  EXPECT_GT(checks.at("points_fit").at("faults").size(), 5U) << "one for each space";
  EXPECT_EQ(result(pegbox({"plugins", "check", "random", "--format", "json"})).at("passed"), true);
}

TEST(PluginsCheck, NamesTheCheckThatAPluginCrashedIn) {
  const Finished finished = pegbox({"plugins", "check", fixture("crashing")});
  EXPECT_NE(finished.code, 0);
  EXPECT_THAT(line_with(finished.out, "points_fit"), HasSubstr("ok  "));
  EXPECT_THAT(finished.err,
              AllOf(HasSubstr("SIGSEGV in strategy 'crashing'"), HasSubstr(", check same_seed_same_moves")));
}

TEST(PluginsCheck, PassesAModel) {
  const Finished model = pegbox({"plugins", "check", "linear"});
  EXPECT_THAT(model, Exits(0));
  EXPECT_THAT(line_with(model.out, "state_restores"), HasSubstr("ok  "));
  EXPECT_THAT(model.out, AllOf(HasSubstr("model 'linear'"), HasSubstr("passes all"), Not(HasSubstr("FAILED"))));
}

TEST(PluginsCheck, RefusesAnUnknownName) {
  EXPECT_THAT(pegbox({"plugins", "check", "randm"}), Refuses(5, HasSubstr("did you mean 'random'")));
  EXPECT_THAT(pegbox({"plugins", "check"}), Refuses(2, HasSubstr("plugins check NAME")));
}

TEST(Plugins, UnknownOnesAreRefusedWithWhatWasMeant) {
  EXPECT_THAT(pegbox({"plugins", "info", "randm"}), Refuses(5, HasSubstr("did you mean 'random'")));
  EXPECT_THAT(pegbox(kRunDigits + std::vector<std::string>{"--strategy", "randm"}),
              Refuses(5, HasSubstr("did you mean 'random'")));
  EXPECT_THAT(pegbox({"validate", "--model", "mpl"}), Refuses(5, HasSubstr("did you mean 'mlp'")));
  EXPECT_THAT(pegbox(kRunDigits + std::vector<std::string>{"--strategy", "./none.so"}),
              Refuses(5, AllOf(HasSubstr("none.so"), HasSubstr("no such file"))));
}

TEST(Plugins, OfAnotherKindAreRefused) {
  EXPECT_THAT(pegbox(kRunDigits + std::vector<std::string>{"--strategy", "median"}),
              Refuses(5, HasSubstr("is a pruner, not a strategy")));
  EXPECT_THAT(pegbox(broken({"validate", "--model", "wrong_kind"})),
              Refuses(5, HasSubstr("is a strategy, not a model")));
}

TEST(Plugins, OneBadFileStopsNothing) {
  const Finished list = pegbox(broken({"plugins", "list"}));
  const Finished doctor = pegbox(broken({"doctor"}));
  EXPECT_THAT(list, Exits(0));
  EXPECT_THAT(doctor, Exits(0));
  for (const auto& [name, reason] : refused()) {
    const std::string file = (kBroken / (name + ".so")).string();
    EXPECT_THAT(line_with(list.err, file), HasSubstr(reason)) << name;
    EXPECT_THAT(line_with(doctor.out, file), HasSubstr(reason)) << name;
    EXPECT_THAT(list.out, Not(HasSubstr(name))) << name;
  }
  for (const std::string name : {"good", "good_pruner", "grid", "random", "median", "mlp"}) {
    EXPECT_THAT(list.out, HasSubstr(' ' + name + ' ')) << name;
    EXPECT_THAT(doctor.out, HasSubstr('/' + name + ".so")) << name;
  }
}

TEST(Plugins, EveryFileIsAccountedFor) {
  const Finished finished = pegbox(broken({"doctor", "--format", "json"}));
  ASSERT_THAT(finished, Exits(0));
  for (const auto& entry : std::filesystem::directory_iterator(kBroken)) {
    const std::string path = entry.path().string();
    // A library that never said that it is a plug-in is nobody's mistake.
    if (entry.path().extension() != ".so" || entry.path().stem() == "no_stamp") continue;
    EXPECT_THAT(finished.out, HasSubstr('"' + path + '"'));
  }
  EXPECT_THAT(finished.out, Not(HasSubstr("no_stamp")));
}

TEST(Plugins, OfTwoOfOneNameTheSecondIsRefused) {
  const Finished finished = pegbox({"plugins", "list", "--plugin-dir", (kBroken / "twins/first").string(),
                                    "--plugin-dir", (kBroken / "twins/second").string()});
  EXPECT_THAT(finished, Exits(0));
  EXPECT_EQ(line_with(finished.err, "twins/first/twin.so: "), "");
  EXPECT_THAT(line_with(finished.err, "twins/second/twin.so"), HasSubstr("twins/first/twin.so"));
}

TEST(Plugins, ARunThatNeedsARefusedOneEnds) {
  for (const auto& [name, reason] : refused()) {
    const Finished finished = pegbox(broken(kRunDigits + std::vector<std::string>{"--strategy", name}));
    EXPECT_THAT(finished, Refuses(5, AllOf(HasSubstr('\'' + name + '\''), HasSubstr(reason)))) << name;
  }
}

TEST(Plugins, ThatCannotBeMadeAreNamed) {
  const auto run = [](const std::string& option, const std::string& name) {
    return pegbox(broken(kRunDigits + std::vector<std::string>{"--quiet"}) + std::vector<std::string>{option, name});
  };
  EXPECT_THAT(run("--strategy", "throwing_factory"),
              Refuses(5, AllOf(HasSubstr("throwing_factory"), HasSubstr("no luck"))));
  EXPECT_THAT(run("--strategy", "foreign_throw"), Refuses(5, HasSubstr("foreign_throw")));
  EXPECT_THAT(run("--strategy", "missing_symbol"), Refuses(5, HasSubstr("missing_symbol")));
  EXPECT_THAT(run("--strategy", "undefined_symbol"), Refuses(5, HasSubstr("nobody_defines_this")));
  const Finished model =
      pegbox(broken({"run", "--model", "throwing_model", "--data", "digits", "--quiet", "--trials", "1"}));
  EXPECT_THAT(model, Refuses(5, AllOf(HasSubstr("throwing_model"), HasSubstr("no bricks"))));
}

class PluginPlaces : public CliTest {};

TEST_F(PluginPlaces, AreTheVariableAPathAndTheStudysOwn) {
  const std::vector<std::string> short_run = kRunDigits + std::vector<std::string>{"--epochs", "1", "--quiet"};
  Command command{.arguments = short_run + std::vector<std::string>{"--strategy", "{name: good, count: 1}"}};
  EXPECT_THAT(run_command(command), Refuses(5, HasSubstr("'good'")));
  command.environment["PEGBOX_PLUGIN_PATH"] = "/nowhere:" + kBroken.string();
  const Finished by_name = run_command(command);
  EXPECT_THAT(by_name, Exits(0));
  EXPECT_EQ(result(by_name).at("study").at("strategy").at("name"), "good");
  EXPECT_EQ(result(by_name).at("trials").size(), 2U) << "the defaults, and once more by the strategy";

  std::filesystem::copy_file(kBroken / "good.so", folder_ / "mine.so");
  const Finished by_path = here(short_run + std::vector<std::string>{"--strategy", "mine.so", "--trials", "1"});
  EXPECT_THAT(by_path, Exits(0));
  EXPECT_EQ(result(by_path).at("study").at("strategy").at("name"), "good");

  write("study.yaml", "model: mlp\ndata: digits\nstrategy: {path: ./mine.so, count: 7}\n");
  EXPECT_THAT(pegbox({"validate", (folder_ / "study.yaml").string()}), Exits(0));
}

}  // namespace
}  // namespace pegbox
