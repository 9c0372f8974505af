#include <cstdlib>
#include <memory>
#include <sstream>

#include "../cli/cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

/// A page without the text of plotly.js, which has addresses of its own.
std::string without_plotly(const std::string& page) {
  const std::size_t begin = page.find("plotly.js v");
  if (begin == std::string::npos) return page;
  return page.substr(0, begin) + page.substr(page.find("</script>", begin));
}

class Reported : public CliTest {
 protected:
  void make(const std::string& study) const {
    const std::string command = PEGBOX_STUDY_MAKER " " + (folder_ / "study.db").string() + ' ' + study;
    ASSERT_EQ(std::system(command.c_str()), 0);
  }

  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
    return text.str();
  }

  /// The page on standard output.
  std::string page(const std::vector<std::string>& more = {}) const {
    const Finished finished = here(std::vector<std::string>{"report", "--storage", "study.db", "-o", "-"} + more);
    EXPECT_EQ(finished.code, 0) << finished.err;
    return finished.out;
  }

  /// What its script reads.
  static json data_of(const std::string& page) {
    const std::string open = R"(<script type="application/json" id="data">)";
    const std::size_t begin = page.find(open) + open.size();
    return json::parse(page.substr(begin, page.find("</script>", begin) - begin), nullptr, /*allow_exceptions=*/false);
  }

  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator()));
  }
};

TEST_F(Reported, IsWrittenBesideTheUserAndSaysWhere) {
  make("whole");
  const Finished finished = here({"report", "--storage", "study.db"});
  EXPECT_THAT(finished, Exits(0));
  EXPECT_EQ(finished.out, "");
  EXPECT_THAT(finished.err, HasSubstr("report: whole.html\n"));
  EXPECT_THAT(read("whole.html"), AllOf(testing::StartsWith("<!DOCTYPE html>"), testing::EndsWith("</html>\n")));
  EXPECT_EQ(files(), 2U);
}

TEST_F(Reported, GoesWhereItIsToldOrNowhere) {
  make("whole");
  EXPECT_THAT(here({"report", "--storage", "study.db", "-o", "a.html"}), Exits(0));
  EXPECT_THAT(page(), testing::StrEq(read("a.html")));
  write("a.html", "before");
  const Finished failed = here({"report", "--storage", "study.db", "-o", "none/a.html"});
  EXPECT_THAT(failed, Refuses(1, HasSubstr("none/a.html cannot be written")));
  EXPECT_EQ(read("a.html"), "before");
}

TEST_F(Reported, RefusesWhatIsNotThere) {
  EXPECT_THAT(here({"report"}), Refuses(2, HasSubstr("which storage?")));
  EXPECT_THAT(here({"report", "--storage", "none.db"}), Refuses(4, HasSubstr("there is no study")));
  make("empty");
  EXPECT_THAT(here({"report", "--storage", "study.db", "--study", "emty"}), Refuses(2, HasSubstr("'empty'")));
  EXPECT_THAT(here({"report", "--storage", "study.db", "--format", "json"}), Refuses(2, HasSubstr("--format")));
  EXPECT_EQ(files(), 1U);
}

TEST_F(Reported, NeedsNoNetworkUnlessAskedTo) {
  make("whole");
  const std::string whole = page({"--cdn"});
  EXPECT_THAT(whole,
              AllOf(HasSubstr(" src=\"https://"), HasSubstr("integrity=\"sha256-"), Not(HasSubstr("plotly.js v"))));
  const std::string own = page();
  if (own.find("plotly.js v") == std::string::npos) GTEST_SKIP() << "this build has no plotly.js";
  EXPECT_THAT(own, AllOf(HasSubstr(": this, (() => {"), HasSubstr("\n})));</script>")));
  EXPECT_THAT(without_plotly(own), AllOf(Not(HasSubstr("src=")), Not(HasSubstr("://")), Not(HasSubstr("@import"))));
}

TEST_F(Reported, HoldsTheTrialsInColumns) {
  make("whole");
  const json data = data_of(page());
  EXPECT_EQ(data["study"], "whole");
  EXPECT_EQ(data["objectives"], json::parse(R"([{"metric": "accuracy", "direction": "maximize"}])"));
  const json& trials = data["trials"];
  for (const char* name : {"number", "state", "epochs", "until", "seconds", "started", "ended", "error"}) {
    EXPECT_THAT(trials[name], SizeIs(200)) << name;
  }
  EXPECT_EQ(trials["until"][2], json::parse("[1, 3]"));
  EXPECT_EQ(trials["state"][28], "failed");
  EXPECT_EQ(trials["errors"][trials["error"][28].get<std::size_t>()], "CUDA out of memory: tried to allocate 28 MiB");
  EXPECT_EQ(trials["values"][0][28], nullptr);
  EXPECT_EQ(trials["started"][0], 0);
  EXPECT_EQ(data["definition"]["strategy"]["name"], "hyperband");
}

TEST_F(Reported, HoldsTheHyperparametersAsTheSpaceHasThem) {
  make("whole");
  const json params = data_of(page())["params"];
  ASSERT_THAT(params, SizeIs(5));
  EXPECT_EQ(params[0]["name"], "rate");
  EXPECT_EQ(params[0]["values"][0], 0.001);
  EXPECT_EQ(params[2]["labels"], json::parse(R"(["adam", "sgd", "rmsprop"])"));
  EXPECT_EQ(params[2]["values"][0], 0);
  EXPECT_EQ(params[3]["values"][0], nullptr) << "momentum is not active at the defaults";
  EXPECT_EQ(params[4]["labels"], json::parse(R"(["false", "true"])"));
}

TEST_F(Reported, HoldsTheBestAgainstTheDefaultsByTheirFits) {
  make("whole");
  const json data = data_of(page());
  const json& reference = data["reference"];
  const double best = data["trials"]["values"][0][data["best"].get<std::size_t>()];
  EXPECT_EQ(reference["trial"], 0);
  EXPECT_NEAR(reference["gain"], best - data["trials"]["values"][0][0].get<double>(), 1e-6);
  EXPECT_GT(reference["margin"], 0);
}

TEST_F(Reported, HoldsTheBestAgainstTheFirstTrialsWhereTheDefaultsAreNotKnown) {
  make("several");
  const json reference = data_of(page())["reference"];
  EXPECT_EQ(reference["trial"], nullptr);
  EXPECT_EQ(reference["count"], 10);
  EXPECT_EQ(reference["margin"], nullptr);
}

TEST_F(Reported, TheFirstCompleteTrialOfTheDefaultsIsThatOfBestToo) {
  make("late");
  EXPECT_EQ(data_of(page())["reference"]["trial"], 3);
  EXPECT_THAT(here({"best", "--storage", "study.db"}).out, HasSubstr("defaults (trial 3): accuracy "));
}

TEST_F(Reported, HoldsTheImportancesThatTheVerbTells) {
  make("whole");
  const json data = data_of(page());
  const std::vector<std::string> verb{"importance", "--storage", "study.db"};
  EXPECT_EQ(data["importance"], json::parse(here(verb + std::vector<std::string>{"--format", "json"}).out));
  ASSERT_EQ(data["trust"].is_string(), true);
  EXPECT_THAT(here(verb).out, testing::EndsWith('\n' + data["trust"].get<std::string>() + '\n'));
  make("late");
  EXPECT_EQ(data_of(page())["trust"].is_string(), true);
  make("failed");
  EXPECT_EQ(data_of(page())["importance"], nullptr);
  EXPECT_EQ(data_of(page())["trust"], nullptr);
}

TEST_F(Reported, NamesTheFrontOfSeveralObjectives) {
  make("several");
  const json data = data_of(page());
  EXPECT_GT(data["front"].size(), 1U);
  EXPECT_LT(data["front"].size(), 120U);
  make("whole");
  EXPECT_EQ(data_of(page())["front"], json::array());
}

TEST_F(Reported, NoTextOfTheStudyBreaksOutOfItsPlace) {
  make("hostile");
  const std::string text = without_plotly(page());
  EXPECT_THAT(text, AllOf(Not(HasSubstr("<img")), Not(HasSubstr("<script>alert")), Not(HasSubstr("<!-- and")),
                          HasSubstr("<h1>&lt;script&gt;alert('study')&lt;/script&gt; &amp; \"co\"</h1>")));
  const json data = data_of(text);
  ASSERT_TRUE(data.is_object());
  EXPECT_EQ(data["params"][0]["name"], "<b>\"rate\"</b>' & {{data}} </script>");
  EXPECT_EQ(data["trials"]["values"][0][4], "infinite");
  EXPECT_EQ(data["best"], 0);
}

TEST_F(Reported, AStudyWithoutTrialsHasAReportToo) {
  make("empty");
  const json data = data_of(page());
  EXPECT_EQ(data["best"], nullptr);
  EXPECT_EQ(data["reference"], nullptr);
  EXPECT_EQ(data["trials"]["number"], json::array());
  EXPECT_THAT(data["params"], SizeIs(5));
}

TEST_F(Reported, ManyTrialsAreThinnedWhereTheyHaveCurves) {
  make("many");
  const json curves = data_of(page())["curves"];
  EXPECT_EQ(curves["of"], 10'000);
  EXPECT_THAT(curves["curves"], SizeIs(200));
  EXPECT_THAT(curves["curves"][0]["epochs"], SizeIs(testing::AnyOf(5, 20)));
}

}  // namespace
}  // namespace pegbox
