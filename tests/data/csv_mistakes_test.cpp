#include <ostream>

#include <gmock/gmock.h>

#include <pegbox/error.hpp>

#include "parsed.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

struct Mistake {
  std::string name;
  std::string text;
  std::string message;  ///< its beginning
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class CsvMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(CsvMistakes, IsNamedWithItsLine) {
  try {
    parse(GetParam().text);
    FAIL() << "was accepted";
  } catch (const StudyError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith(GetParam().message));
  }
}

const std::string kLong(100, 'x');

const std::vector<Mistake> kMistakes{
    {"NoValue", "age,y\n1,p\n,q\n", "t.csv:3: column 'age' has no value; fill it in or leave the row out"},
    {"NoTarget", "age,y\n1,p\n2, \n", "t.csv:3: column 'y' has no value"},
    {"EmptyQuotes", "age,y\n\"\",p\n2,q\n", "t.csv:2: column 'age' has no value"},
    {"NoLastValue", "age,y\n1,p\n2,", "t.csv:3: column 'y' has no value"},
    {"TextAmongNumbers", "sex,y\n1,p\nmale,q\n",
     "t.csv:3: column 'sex' has 'male' among numbers; put a number there, leave the row out, or ignore the column"},
    {"NumberAmongTexts", "sex,y\nmale,p\n2,q\n", "t.csv:3: column 'sex' has '2' among texts; name the column in"},
    {"LongText", "a,y\n1,p\n" + kLong + ",q\n", "t.csv:3: column 'a' has '" + kLong.substr(0, 40) + "…' among numbers"},
    {"LongTextCutBetweenLetters", "a,y\n1,p\n" + kLong.substr(0, 39) + "éé,q\n",
     "t.csv:3: column 'a' has '" + kLong.substr(0, 39) + "…' among numbers"},
    {"TextOfTwoLines", "a,y\n1,p\n\"b\nc\",q\n", "t.csv:3: column 'a' has 'b c' among numbers"},
    {"HalfANumber", "a,y\n1,p\n1.5kg,q\n", "t.csv:3: column 'a' has '1.5kg' among numbers"},
    {"TwoSigns", "a,y\n1,p\n+-1,q\n", "t.csv:3: column 'a' has '+-1' among numbers"},
    {"Hexadecimal", "a,y\n1,p\n0x10,q\n", "t.csv:3: column 'a' has '0x10' among numbers"},
    {"DecimalComma", "a,y\n1,p\n\"1,5\",q\n", "t.csv:3: column 'a' has '1,5' among numbers"},
    {"NotANumber", "a,y\n1,p\nnan,q\n", "t.csv:3: column 'a' has 'nan', which is no finite number"},
    {"Infinite", "a,y\n1,p\n-inf,q\n", "t.csv:3: column 'a' has '-inf', which is no finite number"},
    {"TooLargeForDouble", "a,y\n1,p\n1e999,q\n", "t.csv:3: column 'a' has '1e999', which is no finite number"},
    {"TooLargeForFloat", "a,y\n1,p\n1e39,q\n", "t.csv:3: column 'a' has '1e39', which is no finite number of 32 bits"},
    {"TargetNotANumber", "a,y\n1,1\n2,2\n3,NaN\n", "t.csv:4: column 'y' has 'NaN', which is no finite number"},
    {"TargetTooLarge", "a,y\n1,1.5\n2,1e39\n3,2\n", "t.csv:3: column 'y' has '1e39', which is no finite number"},
    {"TextAmongFractions", "a,y\n1,1.5\n2,n/a\n3,2\n", "t.csv:3: column 'y' has 'n/a' among numbers"},
    {"OneClass", "a,y\n1,p\n2,p\n", "t.csv:2: column 'y' has 'p' in every row"},
    {"OneWholeNumber", "a,y\n1,3\n2,3.0\n", "t.csv:2: column 'y' has '3' in every row"},
    {"OneFraction", "a,y\n1,0.5\n2,5e-1\n", "t.csv:2: column 'y' has '0.5' in every row"},
    {"ShortRow", "a,b,y\n1,2,p\n3,4\n", "t.csv:3: the row has 2 values, but the header names 3 columns"},
    {"LongRow", "a,y\n1,p\n2,q,r\n", "t.csv:3: the row has 3 values, but the header names 2 columns"},
    {"LongRowBeforeItsText", "a,y\nSmith, John,p\n2,q\n", "t.csv:2: the row has 3 values"},
    {"BlankLine", "a,y\n1,p\n\n2,q\n", "t.csv:3: the line is blank; leave it out"},
    {"BlankFirstLine", " \na,y\n1,p\n2,q\n", "t.csv:1: the line is blank"},
    {"OpenQuote", "a,y\n1,p\n2,\"q\n3,r\n", "t.csv:3: the quote that opens here is not closed"},
    {"QuoteInside", "a,y\n1,p\n2,5\"\n", "t.csv:3: a quote inside a value"},
    {"TextAfterQuote", "a,y\n1,\"p\"p\n2,q\n", "t.csv:2: text after a closing quote"},
    {"LineAfterBreakInQuotes", "a,y\n1,\"p\n\n\"\nx,q\n", "t.csv:5: column 'a' has 'x'"},
    {"CellAfterBreakInQuotes", "y,a\n\"p\n\",inf\n1,2\n", "t.csv:3: column 'a' has 'inf'"},
    {"LoneCarriageReturn", "a,y\n1,p\r2,q\n", "t.csv:2: a carriage return without a line feed"},
    {"CrLfLines", "a,y\r\n1,p\r\nx,q\r\n", "t.csv:3: column 'a' has 'x'"},
    {"NotUtf8", "a,y\n1,p\n2,\xE9\n", "t.csv:3: the text is not UTF-8"},
    {"Utf16", std::string("a\0,\0y\0\n\0", 8), "t.csv:1: the text is not UTF-8"},
    {"Empty", "", "t.csv:1: the file is empty"},
    {"OnlyBlank", " \n\n", "t.csv:1: the file is empty"},
    {"NoRows", "a,y\n", "t.csv:1: the header is followed by no row; at least two are needed"},
    {"OneRow", "a,y\n1,p\n", "t.csv:1: the header is followed by one row; at least two are needed"},
    {"TwoOfOneName", "a,b,a,y\n1,2,3,p\n4,5,6,q\n", "t.csv:1: two columns are named 'a'"},
    {"TargetTwice", "y,a,y\n1,2,3\n4,5,6\n", "t.csv:1: two columns are named 'y'"},
    {"NoName", ",a,y\n0,1,p\n1,2,q\n", "t.csv:1: column 1 has no name"},
    {"TrailingComma", "a,y,\n1,p,\n2,q,\n", "t.csv:1: column 3 has no name"},
    {"OnlyTarget", "y\n1\n2\n", "t.csv:1: the only column is the target 'y'"},
    {"Semicolons", "a;y\n1;p\n2;q\n", "t.csv:1: the header has no comma"},
    {"Tabs", "a\ty\n1\tp\n2\tq\n", "t.csv:1: the header has no comma"},
};

INSTANTIATE_TEST_SUITE_P(Each, CsvMistakes, testing::ValuesIn(kMistakes),
                         [](const auto& mistake) { return mistake.param.name; });

TEST(CsvTarget, UnknownColumnSuggestsTheNearest) {
  EXPECT_THAT([] { parse("a,label\n1,p\n2,q\n", {.targets = {"lable"}}); },
              ThrowsMessage<StudyError>("t.csv:1: no column 'lable'; did you mean 'label'?"));
  EXPECT_THAT([] { parse("a,label\n1,p\n2,q\n", {.targets = {"zebra"}}); },
              ThrowsMessage<StudyError>("t.csv:1: no column 'zebra'; known are a, label"));
}

TEST(CsvTarget, AWideHeaderIsNotListed) {
  std::string header = "first";
  for (int i = 0; i < 1000; ++i) header += ",c" + std::to_string(i);
  EXPECT_THAT([&] { parse(header + "\n", {.targets = {"zebra"}}); },
              ThrowsMessage<StudyError>("t.csv:1: no column 'zebra'; the header has 1001 columns, 'first' to 'c999'"));
}

TEST(CsvShape, MustFitTheColumns) {
  const auto shaped = [](const std::vector<std::int64_t>& shape) {
    return [shape] { parse("a,b,y,c\n1,2,p,3\n4,5,q,6\n", {.targets = {"y"}, .shape = shape}); };
  };
  EXPECT_THAT(shaped({2, 2}), ThrowsMessage<StudyError>("t.csv:1: the sizes of the shape [2, 2] do not multiply to 3, "
                                                        "the number of columns besides the target"));
  const std::int64_t huge = std::int64_t{1} << 32;  // its square is 0 in 64 bits
  EXPECT_THAT(shaped({huge, huge}), ThrowsMessage<StudyError>(HasSubstr("do not multiply to 3")));
  EXPECT_NO_THROW(shaped({1, 3, 1})());
}

TEST(CsvFile, ThatCannotBeReadSaysWhy) {
  EXPECT_THAT([] { read_csv("/nowhere/train.csv", {.targets = {"y"}}); },
              ThrowsMessage<StudyError>("cannot read '/nowhere/train.csv': No such file or directory"));
  EXPECT_THAT([] { read_csv("/", {.targets = {"y"}}); },
              ThrowsMessage<StudyError>(HasSubstr("cannot read '/': Is a directory")));
}

}  // namespace
}  // namespace pegbox
