#include <cmath>
#include <random>

#include "cli_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int kRows = 240;

class CsvRun : public CliTest {
 protected:
  /// Rows of `a`, `b` in -1 … 1 and what `target` makes of them.
  template <class Target>
  void write_rows(const Target& target) {
    std::mt19937 generator(1);
    const auto draw = [&] { return static_cast<double>(generator()) / 0x1p31 - 1; };
    std::string text = "a,b,y\n";
    for (int row = 0; row < kRows; ++row) {
      const double a = draw();
      const double b = draw();
      text += std::to_string(a) + ',' + std::to_string(b) + ',' + target(a, b) + '\n';
    }
    write("data.csv", text);
  }

  Finished learn(const std::vector<std::string>& more = {}) const {
    return here(std::vector<std::string>{"run", "--model", "mlp", "--data", "data.csv", "--target", "y", "--trials",
                                         "3", "--epochs", "15", "--format", "json", "--set", "space.learning_rate=0.01",
                                         "--set", "space.batch_size=16"} +
                more);
  }
};

TEST_F(CsvRun, LearnsClasses) {
  write_rows([](double a, double b) { return a + b > 0 ? "above" : "below"; });
  const Finished finished = learn();
  ASSERT_THAT(finished, Exits(0));
  const json found = result(finished);
  EXPECT_EQ(found.at("study").at("objectives")[0].at("metric"), "accuracy");
  EXPECT_EQ(
      found.at("study").at("rows").at("train").get<int>() + found.at("study").at("rows").at("validation").get<int>(),
      kRows);
  EXPECT_GT(found.at("best").at("values").at("accuracy"), 0.9);
}

TEST_F(CsvRun, LearnsNumbers) {
  // Deviation of y: of 30 a it is 30 / √3, of the noise next to nothing.
  constexpr double kSpread = 17;
  int row = 0;
  write_rows([&](double a, double b) { return std::to_string(30 * a - 3 * b + 100 + (++row % 2 == 0 ? 0.1 : -0.1)); });
  const Finished finished = learn();
  ASSERT_THAT(finished, Exits(0));
  const json found = result(finished);
  EXPECT_EQ(found.at("study").at("objectives"), json::parse(R"([{"metric": "rmse", "direction": "minimize"}])"));
  const double best = found.at("best").at("values").at("rmse");
  EXPECT_LT(best, kSpread / 4);
  EXPECT_GT(best, 0.05) << "the noise cannot be learned";
  for (const json& trial : found.at("trials")) EXPECT_LE(best, trial.at("values").at("rmse"));
}

TEST_F(CsvRun, TheFileIsFoundFromTheStudyFile) {
  write_rows([](double a, double) { return a > 0 ? "right" : "left"; });
  write("study.yaml", "model: mlp\ndata: {csv: data.csv, target: y}\n");
  EXPECT_THAT(pegbox({"validate", (folder_ / "study.yaml").string()}), Exits(0));
}

TEST_F(CsvRun, MistakesArePlaced) {
  const auto validate = [&](const std::string& text, const std::string& target) {
    write("data.csv", text);
    return here({"validate", "--model", "mlp", "--data", "data.csv", "--target", target});
  };
  EXPECT_THAT(validate("a,b,y\n1,2,3\n1,2\n", "y"), Refuses(2, HasSubstr("data.csv:3: ")));
  EXPECT_THAT(validate("a,b,y\n1,2,3\n4,x,6\n", "y"), Refuses(2, AllOf(HasSubstr("data.csv:3: "), HasSubstr("'b'"))));
  EXPECT_THAT(validate("a,b,y\n1,2,3\n4,,6\n", "y"), Refuses(2, AllOf(HasSubstr("data.csv:3: "), HasSubstr("'b'"))));
  EXPECT_THAT(validate("a,b,label\n1,2,3\n4,5,6\n", "lable"),
              Refuses(2, AllOf(HasSubstr("data.csv:1: "), HasSubstr("did you mean 'label'"))));
  EXPECT_THAT(here({"validate", "--model", "mlp", "--data", "none.csv", "--target", "y"}),
              Refuses(2, HasSubstr("none.csv")));
  EXPECT_THAT(here({"validate", "--model", "mlp", "--data", "data.csv"}), Refuses(2, HasSubstr("target")));
}

}  // namespace
}  // namespace pegbox
