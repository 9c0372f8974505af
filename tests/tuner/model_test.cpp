#include <pegbox/tuner.hpp>

#include "../cli/cli_test.hpp"

namespace pegbox {
namespace {

/// The library and the host run the same study alike.
TEST(TunedModel, SameAsTheHost) {
  Tuner tuner;
  tuner.set("model", "mlp").set("data", "digits").set("strategy", "random").set("trials", "4").set("epochs", "2");
  const TunedStudy study = tuner.set("run.jobs", "2").set("run.device", "cpu").run();
  EXPECT_EQ(study.ending, Ending::trials);
  const json host = result(pegbox({"run", "--model", "mlp", "--data", "digits", "--strategy", "random", "--trials", "4",
                                   "--epochs", "2", "--jobs", "2", "--device", "cpu", "--format", "json"}));
  ASSERT_EQ(study.trials.size(), host.at("trials").size());
  for (const Trial& trial : study.trials) {
    const json& other = host.at("trials").at(static_cast<std::size_t>(trial.number));
    EXPECT_EQ(other.at("values").at("accuracy").get<double>(), trial.values.at(0));
    EXPECT_EQ(other.at("params").at("learning_rate").get<double>(), trial.params.get<double>("learning_rate"));
  }
}

TEST(TunedModel, MistakesInAStudyOfAModelComeOut) {
  EXPECT_THROW(Tuner().run(), StudyError);
  EXPECT_THROW(Tuner().set("model", "nobody").run(), PluginError);
}

}  // namespace
}  // namespace pegbox
