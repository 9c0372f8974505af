#include "tensorboard/event_file.hpp"

#include <cerrno>
#include <fstream>
#include <string>

#include "events.hpp"
#include "tensorboard/event.hpp"

namespace pegbox {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::SizeIs;

class EventFileTest : public FolderTest {};

TEST_F(EventFileTest, EachEventIsThereAtOnce) {
  EventFile file(folder_ / "run", 5, 0);
  const fs::path path = folder_ / "run/events.out.tfevents.00001.pegbox";
  ASSERT_THAT(read_events(path), SizeIs(2));
  EXPECT_EQ(read_events(path)[0].version, "brain.Event:2");
  EXPECT_TRUE(read_events(path)[1].start);
  file.add(scalars_event(6, 1, {{"loss", 0.5}}));
  const auto events = read_events(path);
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(events[2].time, 6);
  EXPECT_EQ(events[2].step, 1);
  EXPECT_THAT(events[2].scalars, ElementsAre(std::pair("loss", 0.5F)));
}

TEST_F(EventFileTest, ANewFileComesAfterThoseThatAreThere) {
  { const EventFile first(folder_, 5, 0); }
  std::ofstream(folder_ / "notes.txt") << "x";
  const EventFile second(folder_, 4, 7);
  EXPECT_THAT(names_in(folder_),
              ElementsAre("events.out.tfevents.00001.pegbox", "events.out.tfevents.00002.pegbox", "notes.txt"));
  EXPECT_EQ(read_events(folder_ / "events.out.tfevents.00002.pegbox").at(1).step, 7);
}

TEST_F(EventFileTest, KnowsWhatIsInAFolder) {
  EXPECT_EQ(count_event_files(folder_ / "none"), 0U);
  EXPECT_FALSE(holds_event(folder_ / "none", "loss"));
  EventFile file(folder_, 5, 0);
  EXPECT_EQ(count_event_files(folder_), 1U);
  EXPECT_FALSE(holds_event(folder_, "loss"));
  file.add(scalars_event(6, 1, {{"loss", 0.5}}));
  EXPECT_TRUE(holds_event(folder_, "loss"));
}

TEST_F(EventFileTest, SaysWhyItCannotWrite) {
  std::ofstream(folder_ / "file") << "x";
  EXPECT_THROW(EventFile(folder_ / "file", 5, 0), fs::filesystem_error);
  // The system takes no more: a device that is always full stands where the file would be made.
  fs::create_symlink("/dev/full", folder_ / "events.out.tfevents.00001.pegbox");
  try {
    const EventFile file(folder_, 5, 0);
    FAIL() << "nothing was thrown";
  } catch (const fs::filesystem_error& error) {
    EXPECT_EQ(error.code().value(), ENOSPC);
    EXPECT_EQ(error.path1().filename(), "events.out.tfevents.00001.pegbox");
  }
}

}  // namespace
}  // namespace pegbox
