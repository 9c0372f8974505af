#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fault.hpp"
#include "study/study.hpp"
#include "study/study_schema.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The message that refuses the text as a study.
std::string fault_in(const std::string& text) {
  return fault_of([&] {
    const Study study = read_study(parse_document("{model: mlp, " + text + "}", "s.yaml"));
    merged_space({{"layers", Integer{1, 8}}}, false, study.space);
  });
}

/// The path as a study whose innermost map has these entries, `NAME` as the base's hyperparameter.
std::string at_path(std::string path, const std::string& entries) {
  std::string text = entries;
  while (!path.empty()) {
    const std::size_t dot = path.rfind('.');
    const std::string key = path.substr(dot == std::string::npos ? 0 : dot + 1);
    text = (key == "NAME" ? "layers" : key) + ": {" + text + '}';
    path = dot == std::string::npos ? "" : path.substr(0, dot);
  }
  return text;
}

std::vector<std::string> names_of(const Section& section) {
  std::vector<std::string> names;
  for (const Key& key : section.keys) names.push_back(key.name);
  return names;
}

/// The forms that a form is made of, and itself.
std::vector<Form> all_of(const Form& form) {
  std::vector<Form> forms{form};
  for (const Form& one : form.of) {
    for (Form& inner : all_of(one)) forms.push_back(std::move(inner));
  }
  return forms;
}

TEST(Schema, HasTheKeysThatAreReadAndNoOther) {
  int maps = 0;
  for (const Section& section : study_schema()) {
    if (section.open) continue;
    auto names = names_of(section);
    std::sort(names.begin(), names.end());
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
    for (const std::string& path : section.paths) {
      const std::string fault = fault_in(at_path(path, "zzzzzzzzzzzz: 1"));
      EXPECT_TRUE(fault.ends_with("; known are " + known)) << section.name << ": " << fault;
      ++maps;
    }
  }
  EXPECT_EQ(maps, 6);
}

TEST(Schema, KnowsEachKeyWhereItSaysThatItStands) {
  for (const Section& section : study_schema()) {
    for (const std::string& path : section.paths) {
      for (const std::string& name : names_of(section)) {
        EXPECT_THAT(fault_in(at_path(path, name + ": []")), Not(HasSubstr("unknown key"))) << path << ' ' << name;
      }
    }
  }
}

TEST(Schema, SaysOfEachKeyWhatItIs) {
  for (const Section& section : study_schema()) {
    std::set<std::string> names;
    for (const Key& key : section.keys) {
      EXPECT_TRUE(names.insert(key.name).second) << key.name;
      EXPECT_NE(key.form.name, "") << key.name;
      EXPECT_NE(key.meaning, "") << key.name;
      EXPECT_EQ((key.form.name + key.initial + key.meaning).find_first_of("|\n"), std::string::npos) << key.name;
      for (const std::string& other : key.beside) {
        const auto all = names_of(section);
        EXPECT_NE(std::find(all.begin(), all.end(), other), all.end()) << key.name << " beside " << other;
      }
    }
  }
}

TEST(Schema, HasEachSectionThatAFormNames) {
  std::set<std::string> sections, named{"study"};
  for (const Section& section : study_schema()) {
    sections.insert(section.name);
    for (const Key& key : section.keys) {
      for (const Form& form : all_of(key.form)) {
        if (form.kind == Form::Kind::section) named.insert(form.section);
      }
    }
  }
  EXPECT_EQ(sections, named);
}

TEST(Schema, ReadsTheDefaultsThatItTells) {
  int read = 0;
  for (const Section& section : study_schema()) {
    if (section.paths.front() != "" && section.paths.front() != "run") continue;
    for (const Key& key : section.keys) {
      const std::string value = key.initial.substr(0, key.initial.find_first_of(" ,"));
      const bool literal = !value.empty() && (std::isdigit(static_cast<unsigned char>(value.front())) != 0);
      if (!literal) continue;
      EXPECT_EQ(fault_in(at_path(section.paths.front(), key.name + ": " + value)), "") << key.name;
      ++read;
    }
  }
  EXPECT_GE(read, 11);
}

TEST(Schema, TellsTheDefaultsThatHold) {
  const Study study = read_study(parse_document("model: mlp", "s.yaml"));
  EXPECT_EQ(key_at("epochs").initial, std::to_string(study.epochs));
  EXPECT_EQ(std::stod(key_at("validation").initial), study.validation);
  EXPECT_EQ(key_at("folds").initial, std::to_string(study.folds));
  EXPECT_EQ(key_at("repeats").initial, std::to_string(study.repeats));
  EXPECT_EQ(key_at("seed").initial, std::to_string(study.seed));
  EXPECT_EQ(key_at("strategy").initial, '`' + study.strategy.name + '`');
  EXPECT_EQ(key_at("run.device").initial, '`' + study.run.device + '`');
  EXPECT_EQ(key_at("run.per_device").initial, std::to_string(study.run.per_device));
  EXPECT_EQ(key_at("run.max_failures").initial, std::to_string(study.run.max_failures));
  const auto run = [](const std::string& key) {
    return read_study(parse_document("{model: mlp, run: {" + key + ": " + key_at("run." + key).initial + "}}", "")).run;
  };
  EXPECT_EQ(run("checkpoint_interval").checkpoint_interval, study.run.checkpoint_interval);
  EXPECT_EQ(run("busy_timeout").busy_timeout, study.run.busy_timeout);
  EXPECT_EQ(run("paused_memory").paused_memory, study.run.paused_memory);
}

TEST(Schema, FindsAKeyByItsPath) {
  EXPECT_EQ(key_at("trials").form.low, 1);
  EXPECT_EQ(key_at("run.jobs").form.high, 1024);
  EXPECT_EQ(key_at("data.missing").beside, (std::vector<std::string>{"csv", "npy"}));
  EXPECT_EQ(words_of(key_at("run.device").form), (std::vector<std::string>{"auto", "cpu", "cuda", "all"}));
  EXPECT_THROW(key_at("run.trials"), std::logic_error);
}

/// The keys of the map and of all maps in it that their section lacks.
void collect_unknown(const Node& map, const std::string& path, std::vector<std::string>& unknown) {
  for (const auto& [key, value] : map.keys) {
    const bool free = path == "space" || path == "space.NAME.when" || path == "enqueue";
    const std::string inner = path + (path.empty() ? "" : ".") + (free ? "NAME" : key);
    const bool plugin = path == "model" || path == "strategy" || path == "pruner";
    if (!free && !plugin) {
      try {
        key_at(inner);
      } catch (const std::logic_error&) {
        unknown.push_back(inner);
      }
    }
    collect_unknown(value, inner, unknown);
  }
}

TEST(Schema, HasTheKeysOfTheExamples) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(PEGBOX_EXAMPLES)) {
    if (entry.path().extension() != ".yaml") continue;
    std::vector<std::string> unknown;
    collect_unknown(read_document(entry.path()), "", unknown);
    EXPECT_EQ(unknown, std::vector<std::string>()) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 2);
}

}  // namespace
}  // namespace pegbox
