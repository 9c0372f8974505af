#include <gmock/gmock.h>

#include <pegbox/error.hpp>
#include <pegbox/nesting.hpp>

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Has the strategies inside that its name goes on to say: `a/b` one named `b`.
class Box : public Strategy {
 public:
  Box(const std::string& name, const StrategyContext& context) {
    const auto slash = name.find('/');
    if (slash != std::string::npos) inner_ = context.strategy(name.substr(slash + 1), {{"depth", 1}});
  }
  Move ask(const Turn&) override { return Done{}; }
  void tell(const Trial&) override {}

 private:
  std::unique_ptr<Strategy> inner_;
};

TEST(Nesting, ReachesThroughAsManyAsThereAre) {
  std::vector<std::string> made;
  StrategyContext context;
  context.seed = 7;
  const auto make = [&](const std::string& name, const Params& settings, const StrategyContext& inner) {
    made.push_back(name);
    EXPECT_EQ(inner.seed, 7U);
    EXPECT_EQ(settings.get<std::int64_t>("depth"), 1);
    return std::make_unique<Box>(name, inner);
  };
  Box box("a/b/c/d", nesting(context, "a/b/c/d", make));
  EXPECT_THAT(made, ElementsAre("b/c/d", "c/d", "d"));
}

TEST(Nesting, EndsWhereAStrategyWouldBeInsideItself) {
  StrategyContext context;
  std::function<std::unique_ptr<Strategy>(const std::string&, const Params&, const StrategyContext&)> make =
      [](const std::string& name, const Params&, const StrategyContext& inner) {
        return inner.strategy(name == "egg" ? "hen" : "egg", {});
      };
  context = nesting(context, "egg", make);
  EXPECT_THAT([&] { context.strategy("hen", {}); },
              ThrowsMessage<StudyError>(
                  AllOf(HasSubstr("strategy 'egg' cannot be inside itself"), HasSubstr("(egg → hen → egg)"))));
  EXPECT_THAT([&] { context.strategy("egg", {}); }, ThrowsMessage<StudyError>(HasSubstr("(egg → egg)")));
}

TEST(Nesting, AllowsOneSideBySide) {
  int made = 0;
  const auto make = [&](const std::string&, const Params&, const StrategyContext&) -> std::unique_ptr<Strategy> {
    ++made;
    return nullptr;
  };
  const StrategyContext context = nesting({}, "a", make);
  context.strategy("b", {});
  context.strategy("b", {});
  EXPECT_EQ(made, 2);
}

}  // namespace
}  // namespace pegbox
