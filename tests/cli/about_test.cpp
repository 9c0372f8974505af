#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>

#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(About, VersionNamesPegboxAndWhatItWasBuiltWith) {
  const Finished table = pegbox({"version"});
  EXPECT_THAT(table, Exits(0));
  EXPECT_THAT(table.out, AllOf(HasSubstr("pegbox"), HasSubstr(PEGBOX_EXPECTED_VERSION), HasSubstr("compiler")));
  EXPECT_EQ(table.err, "");
  EXPECT_EQ(pegbox({"--version"}).out, table.out);

  const json versions = result(pegbox({"version", "--format", "json"}));
  EXPECT_EQ(versions.at("pegbox"), PEGBOX_EXPECTED_VERSION);
  EXPECT_EQ(versions.at("libtorch"), PEGBOX_EXPECTED_LIBTORCH);
  EXPECT_TRUE(versions.contains("sdk"));
}

TEST(About, HelpListsTheVerbs) {
  const Finished help = pegbox({"help"});
  EXPECT_THAT(help, Exits(0));
  EXPECT_EQ(help.err, "");
  for (const std::string verb : {"run", "validate", "plugins", "doctor", "version", "help"}) {
    EXPECT_THAT(help.out, HasSubstr("\n  " + verb + " ")) << verb;
  }
  EXPECT_EQ(pegbox({"--help"}).out, help.out);
  EXPECT_EQ(pegbox({"-h"}).out, help.out);
}

TEST(About, EachVerbHasHelp) {
  for (const std::string verb : {"run", "validate", "plugins", "doctor", "version", "help"}) {
    const Finished help = pegbox({"help", verb});
    EXPECT_THAT(help, Exits(0)) << verb;
    EXPECT_THAT(help.out, HasSubstr("Usage: pegbox " + verb)) << verb;
    EXPECT_EQ(pegbox({verb, "--help"}).out, help.out) << verb;
    EXPECT_EQ(pegbox({verb, "-h"}).out, help.out) << verb;
  }
  EXPECT_THAT(pegbox({"help", "run"}).out, AllOf(HasSubstr("--trials"), HasSubstr("--quiet"), HasSubstr("PEGBOX_")));
  EXPECT_THAT(pegbox({"help", "doctor"}).out, Not(HasSubstr("--trials")));
}

TEST(About, EveryVerbOfTheListHasHelpWithExamples) {
  std::istringstream list(pegbox({"help"}).out);
  int verbs = 0;
  for (std::string line; std::getline(list, line);) {
    if (!line.starts_with("  ") || line.starts_with("   ")) continue;
    const std::string verb = line.substr(2, line.find(' ', 2) - 2);
    EXPECT_THAT(pegbox({"help", verb}).out, HasSubstr("  pegbox " + verb)) << verb;
    ++verbs;
  }
  EXPECT_GE(verbs, 17);
}

TEST(About, APlugInHasHelpOfItsSettings) {
  const Finished help = pegbox({"help", "tpe"});
  EXPECT_THAT(help, Exits(0));
  EXPECT_EQ(help.out, pegbox({"plugins", "info", "tpe"}).out);
  EXPECT_THAT(help.out, HasSubstr("startup"));
}

TEST(About, HelpHasTheKeysOfTheStudyFile) {
  const Finished help = pegbox({"help", "study-file"});
  EXPECT_THAT(help, Exits(0));
  EXPECT_THAT(help.out, AllOf(HasSubstr("\nrun\n  jobs "), HasSubstr("1 to 1024; default: number of processors\n"),
                              HasSubstr("\nmodel, strategy, pruner\n"), Not(HasSubstr("`")), Not(HasSubstr("]("))));
  const json sections = json::parse(pegbox({"help", "study-file", "--format", "json"}).out);
  EXPECT_EQ(sections.at(0).at("keys").at(0).at("name"), "study");
  const json schema = result(pegbox({"help", "study-file", "--format", "json-schema"}));
  EXPECT_EQ(schema.at("properties").at("trials").at("minimum"), 1);
  EXPECT_EQ(schema.at("$defs").at("run").at("additionalProperties"), false);
  EXPECT_THAT(pegbox({"help", "run", "--format", "json-schema"}), Refuses(2, HasSubstr("help study-file")));
  EXPECT_THAT(pegbox({"validate", "--format", "json-schema"}), Refuses(2, HasSubstr("--format 'json-schema'")));
}

TEST(About, OptionsAreExplainedAsTheirKeysAre) {
  EXPECT_THAT(pegbox({"help", "run"}).out, HasSubstr("1 to 1024; default number of processors"));
}

TEST(About, PluginsAreListedInCsv) {
  const Finished list = pegbox({"plugins", "list", "--format", "csv"});
  EXPECT_THAT(list, Exits(0));
  EXPECT_THAT(list.out, AllOf(testing::StartsWith("kind,name,summary,path\n"), HasSubstr("\nstrategy,tpe,")));
  EXPECT_THAT(pegbox({"plugins", "info", "tpe", "--format", "csv"}), Refuses(2, HasSubstr("plugins list")));
}

/// In single quotes, as a shell reads it.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char letter : text) result += letter == '\'' ? "'\\''" : std::string(1, letter);
  return result + '\'';
}

/// What the program writes.
std::string written(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  for (int letter = fgetc(pipe.get()); letter != EOF; letter = fgetc(pipe.get())) text += static_cast<char>(letter);
  return text;
}

/// What bash would offer for the last of the words.
std::string completed(const std::string& words) {
  const std::string script = "source <('" PEGBOX_BINARY "' completion bash); COMP_WORDS=('" PEGBOX_BINARY "' " + words +
                             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _pegbox; printf '%s ' \"${COMPREPLY[@]}\"";
  return written("bash -c " + quoted(script));
}

/// What zsh would offer for the last of the words, by the functions that its script is given to.
std::string completed_in_zsh(const std::string& words) {
  const std::string script =
      "compdef() { }; _files() { print -n 'files ' }; "
      "compadd() { [[ $1 == -a ]] && print -rn -- \"${(P@)2} \" || print -n \"$* \" }; "
      "_describe() { print -rn -- \"${(@)${(P@)@[-1]}%%:*} \" }; "
      "source <('" PEGBOX_BINARY "' completion zsh); words=('" PEGBOX_BINARY "' " +
      words + "); CURRENT=$#words; _pegbox";
  return written("zsh -f -c " + quoted(script));
}

/// What fish would offer for the last word of the line.
std::string completed_in_fish(const std::string& line) {
  const std::string path = std::filesystem::path(PEGBOX_BINARY).parent_path().string();
  const std::string script =
      "set PATH '" + path + "' $PATH; pegbox completion fish | source; complete -C " + quoted(line);
  return written("fish --no-config -c " + quoted(script));
}

bool is_there(const std::string& shell) { return std::system((shell + " -c true 2>/dev/null").c_str()) == 0; }

TEST(Completion, OfBashOffersVerbsOptionsAndPlugins) {
  EXPECT_EQ(completed("stat"), "status ");
  EXPECT_THAT(completed("run --tri"),
              AllOf(HasSubstr("--trials "), HasSubstr("--trial-timeout "), Not(HasSubstr("--seed"))));
  EXPECT_THAT(completed("run --strategy ''"), AllOf(HasSubstr("tpe "), HasSubstr("hyperband "), Not(HasSubstr("mlp"))));
  EXPECT_EQ(completed("run --model ml"), "mlp ");
  EXPECT_EQ(completed("status --format j"), "json ");
  EXPECT_EQ(completed("plugins in"), "info ");
  EXPECT_EQ(completed("plugins info hyperb"), "hyperband ");
  EXPECT_EQ(completed("help med"), "median ");
  EXPECT_EQ(completed("new p"), "pruner ");
  EXPECT_THAT(completed("status --tr"), Not(HasSubstr("--trials")));
}

TEST(Completion, OfZshIsAScriptThatZshReads) {
  const Finished script = pegbox({"completion", "zsh"});
  EXPECT_THAT(script, Exits(0));
  EXPECT_THAT(script.out,
              AllOf(testing::StartsWith("#compdef pegbox\n"), HasSubstr("'--trials:"), HasSubstr("'status:")));
  EXPECT_THAT(pegbox({"completion", "csh"}), Refuses(2, HasSubstr("completion bash")));
  EXPECT_THAT(pegbox({"completion"}), Refuses(2, HasSubstr("completion zsh")));
}

TEST(Completion, OfZshOffersVerbsOptionsAndPlugins) {
  if (!is_there("zsh")) GTEST_SKIP() << "there is no zsh";
  EXPECT_THAT(completed_in_zsh("''"), AllOf(HasSubstr("status "), HasSubstr("run ")));
  EXPECT_THAT(completed_in_zsh("status --"), AllOf(HasSubstr("--storage "), Not(HasSubstr("--trials"))));
  EXPECT_THAT(completed_in_zsh("run --strategy ''"),
              AllOf(HasSubstr("tpe "), HasSubstr("hyperband "), Not(HasSubstr("mlp"))));
  EXPECT_THAT(completed_in_zsh("plugins info ''"), AllOf(HasSubstr("mlp "), HasSubstr("tpe "), HasSubstr("median ")));
  EXPECT_EQ(completed_in_zsh("plugins ''"), "check info list ");
  EXPECT_EQ(completed_in_zsh("run ''"), "files ");
}

TEST(Completion, OfFishOffersVerbsOptionsAndPlugins) {
  if (!is_there("fish")) GTEST_SKIP() << "there is no fish";
  EXPECT_THAT(completed_in_fish("pegbox stat"), testing::StartsWith("status\t"));
  EXPECT_THAT(completed_in_fish("pegbox run --tri"),
              AllOf(HasSubstr("--trials\t"), HasSubstr("--trial-timeout\t"), Not(HasSubstr("--seed"))));
  EXPECT_THAT(completed_in_fish("pegbox status --tr"), Not(HasSubstr("--trials")));
  EXPECT_THAT(completed_in_fish("pegbox run --strategy hyperb"), testing::StartsWith("hyperband\t"));
  EXPECT_EQ(completed_in_fish("pegbox plugins in"), "info\n");
}

TEST(About, WhatIsMistypedIsRefusedWithWhatWasMeant) {
  EXPECT_THAT(pegbox({}), Refuses(2, HasSubstr("pegbox help")));
  EXPECT_THAT(pegbox({"rnu"}), Refuses(2, AllOf(HasSubstr("'rnu'"), HasSubstr("did you mean 'run'"))));
  EXPECT_THAT(pegbox({"help", "valdate"}), Refuses(2, HasSubstr("did you mean 'validate'")));
  EXPECT_THAT(pegbox({"frobnicate"}), Refuses(2, AllOf(HasSubstr("validate"), HasSubstr("doctor"))));
  EXPECT_THAT(pegbox({"run", "--trails", "3"}),
              Refuses(2, AllOf(HasSubstr("'--trails'"), HasSubstr("did you mean '--trials'"))));
  EXPECT_THAT(pegbox({"validate", "--quiet"}), Refuses(2, HasSubstr("'--quiet'")));
  EXPECT_THAT(pegbox({"plugins", "lsit"}), Refuses(2, HasSubstr("plugins list")));
}

TEST(About, ABeginOfAnOptionIsNotGuessed) {
  EXPECT_THAT(pegbox({"run", "--model", "mlp", "--data", "digits", "--trial", "3"}),
              Refuses(2, AllOf(HasSubstr("'--trial'"), HasSubstr("did you mean '--trials'"))));
}

TEST(About, WrongArgumentsAreRefused) {
  EXPECT_THAT(pegbox({"run", "--trials"}), Refuses(2, HasSubstr("--trials")));
  EXPECT_THAT(pegbox({"run", "a.yaml", "b.yaml"}), Refuses(2, HasSubstr("b.yaml")));
  EXPECT_THAT(pegbox({"version", "--format", "xml"}), Refuses(2, AllOf(HasSubstr("xml"), HasSubstr("json"))));
  EXPECT_THAT(pegbox({"run", "--set", "trials"}), Refuses(2, HasSubstr("KEY=VALUE")));
}

TEST(About, AStudyWithoutModelOrDataIsRefused) {
  EXPECT_THAT(pegbox({"run"}), Refuses(2, HasSubstr("no model")));
  EXPECT_THAT(pegbox({"run", "--model", "mlp", "--quiet"}), Refuses(2, HasSubstr("no data")));
  EXPECT_THAT(pegbox({"run", "--model", "mlp", "--data", "digist"}), Refuses(2, HasSubstr("did you mean 'digits'")));
}

}  // namespace
}  // namespace pegbox
