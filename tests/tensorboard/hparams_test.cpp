#include "tensorboard/hparams.hpp"

#include <bit>
#include <string>

#include "events.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

double as_double(const MessageField& field) { return std::bit_cast<double>(field.varint); }

/// Fields of that number, each a message.
std::vector<std::string> messages(const std::string& message, int number) {
  std::vector<std::string> found;
  for (const MessageField& one : fields_of(message)) {
    if (one.number == number) found.push_back(one.bytes);
  }
  return found;
}

std::uint64_t varint(const std::string& message, int number) {
  for (const MessageField& one : fields_of(message)) {
    if (one.number == number) return one.varint;
  }
  return 0;
}

const SearchSpace kSpace{
    {"rate", Real{0.001, 0.5, /*log=*/true}}, {"layers", Integer{1, 4}}, {"norm", Choice{{"none", "batch"}}},
    {"factor", Choice{{0.5, 2.0}}},           {"bias", Boolean{}},       {"fixed", Integer{3, 3}}};

TEST(Hparams, ColumnsHaveTypesAndDomains) {
  const std::vector<Objective> objectives{{"accuracy", true}, {"loss", false}};
  const std::string experiment = only_field(experiment_data("digits", 2, {kSpace, objectives, {"train_loss"}}), 2);
  EXPECT_EQ(only_field(experiment, 6), "digits");
  const auto hparams = messages(experiment, 4);
  ASSERT_THAT(hparams, SizeIs(6));
  std::vector<std::string> names;
  std::vector<std::uint64_t> types;
  std::vector<std::uint64_t> differs;
  for (const auto& one : hparams) {
    names.push_back(only_field(one, 1));
    types.push_back(varint(one, 4));
    differs.push_back(varint(one, 7));
  }
  EXPECT_THAT(names, ElementsAre("rate", "layers", "norm", "factor", "bias", "fixed"));
  EXPECT_THAT(types, ElementsAre(3, 3, 1, 3, 2, 3));
  EXPECT_THAT(differs, ElementsAre(1, 1, 1, 1, 1, 0));
  const auto interval = fields_of(only_field(hparams[0], 6));
  EXPECT_EQ(as_double(interval.at(0)), 0.001);
  EXPECT_EQ(as_double(interval.at(1)), 0.5);
  const auto norms = messages(only_field(hparams[2], 5), 1);
  ASSERT_THAT(norms, SizeIs(2));
  EXPECT_EQ(only_field(norms[1], 3), "batch");
  const auto factors = messages(only_field(hparams[3], 5), 1);
  ASSERT_THAT(factors, SizeIs(2));
  EXPECT_EQ(as_double(fields_of(factors[1]).at(0)), 2);
  const auto truths = messages(only_field(hparams[4], 5), 1);
  ASSERT_THAT(truths, SizeIs(2));
  EXPECT_EQ(truths[0], std::string("\x20\0", 2)) << "false is written, not left out";
}

TEST(Hparams, ObjectivesComeFirst) {
  const std::vector<Objective> objectives{{"accuracy", true}, {"loss", false}};
  const std::string experiment = only_field(experiment_data("digits", 2, {kSpace, objectives, {"a", "b"}}), 2);
  std::vector<std::string> tags;
  for (const auto& one : messages(experiment, 5)) tags.push_back(only_field(only_field(one, 1), 2));
  EXPECT_THAT(tags, ElementsAre("accuracy", "loss", "a", "b"));
  EXPECT_EQ(only_field(messages(experiment, 5)[0], 4), "objective, to be maximized");
  EXPECT_EQ(only_field(messages(experiment, 5)[1], 4), "objective, to be minimized");
  EXPECT_THAT(messages(messages(experiment, 5)[2], 4), SizeIs(0));
}

TEST(Hparams, ATrialHasItsActiveHyperparameters) {
  const Params params{{"rate", 0.25}, {"layers", std::int64_t{3}}, {"norm", std::string("batch")}, {"bias", false}};
  const std::string session = only_field(session_start_data(params, 7), 3);
  const auto entries = messages(session, 1);
  std::map<std::string, std::string> values;
  for (const auto& one : entries) values[only_field(one, 1)] = only_field(one, 2);
  ASSERT_THAT(values, SizeIs(4));
  EXPECT_EQ(as_double(fields_of(values["rate"]).at(0)), 0.25);
  EXPECT_EQ(as_double(fields_of(values["layers"]).at(0)), 3);
  EXPECT_EQ(only_field(values["norm"], 3), "batch");
  EXPECT_EQ(values["bias"], std::string("\x20\0", 2));
  EXPECT_EQ(as_double(fields_of(session).back()), 7);
}

TEST(Hparams, ATrialEndsWithAStatus) {
  EXPECT_EQ(varint(only_field(session_end_data(SessionStatus::success, 9), 4), 1), 1U);
  EXPECT_EQ(varint(only_field(session_end_data(SessionStatus::failure, 9), 4), 1), 2U);
}

}  // namespace
}  // namespace pegbox
