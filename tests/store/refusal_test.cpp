#include <cerrno>
#include <csignal>
#include <fstream>
#include <sqlite3.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <pegbox/random.hpp>

#include "store/database.hpp"
#include "store_test.hpp"

namespace pegbox {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::ThrowsMessage;

class RefusalTest : public StoreTest {
 protected:
  void write(const std::string& bytes) const { std::ofstream(file(), std::ios::binary) << bytes; }

  std::string bytes() const {
    std::ifstream stream(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  void expect_refusal(const std::string& what, bool create = false) const {
    EXPECT_THAT([&] { open_storage(file(), {.create = create}); },
                ThrowsMessage<StoreError>(AllOf(HasSubstr(what), HasSubstr(file().string()))));
  }

  /// A store with some trials.
  void make(int trials = 50) const {
    const auto storage = made();
    const auto study = storage->create(one_objective());
    for (int i = 0; i < trials; ++i) storage->apply(study, small_space(), whole_life(i, i, State::complete));
  }
};

TEST_F(RefusalTest, MissingFiles) {
  expect_refusal("there is no study in");
  write("");
  expect_refusal("there is no study in");
  EXPECT_NO_THROW(open_storage(file(), {.create = true}));
  EXPECT_THAT([&] { open_storage(file("no/study.db"), {.create = true}); },
              ThrowsMessage<StoreError>(HasSubstr("there is no folder")));
  EXPECT_THAT([&] { open_storage(file().parent_path(), {.create = true}); },
              ThrowsMessage<StoreError>(HasSubstr("is a folder")));
}

TEST_F(RefusalTest, OtherFilesStayAsTheyAre) {
  for (const std::string& text : {std::string("study: digits\n"), std::string(5000, 'x')}) {
    write(text);
    expect_refusal("is not an SQLite database", true);
    EXPECT_EQ(bytes(), text);
  }
}

TEST_F(RefusalTest, ForeignDatabasesStayAsTheyAre) {
  sql("CREATE TABLE studies (a); CREATE TABLE alembic_version (version_num)");
  const std::string before = bytes();
  expect_refusal("is an SQLite database, but none of pegbox or Optuna", true);
  EXPECT_EQ(bytes(), before);
}

TEST_F(RefusalTest, OtherSchemas) {
  make(0);
  sql("UPDATE alembic_version SET version_num = 'v3.0.0.d'");
  expect_refusal("upgrade it with: optuna storage upgrade --storage sqlite:///" + file().string());
  for (const char* const newer : {"v3.2.0.b", "v3.10.0.a", "v5.0.0.a"}) {
    sql("UPDATE alembic_version SET version_num = '" + std::string(newer) + "'");
    expect_refusal("newer than v3.2.0.a");
  }
  sql("DROP TABLE alembic_version");
  expect_refusal("optuna storage upgrade");
}

TEST_F(RefusalTest, NewerTablesOfOurs) {
  make(0);
  sql("UPDATE pegbox_version SET version = 2");
  expect_refusal("was written by a newer pegbox");
}

TEST_F(RefusalTest, TruncatedFiles) {
  make();
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);
  expect_refusal("is damaged");
}

TEST_F(RefusalTest, DamagedPagesAreSaid) {
  make();
  std::string content = bytes();
  const std::size_t kept = 2 * 4096;
  for (std::size_t i = kept; i < content.size(); ++i) content[i] = 'x';
  write(content);
  EXPECT_THAT([&] { open_storage(file())->studies(); },
              ThrowsMessage<StoreError>(AllOf(HasSubstr("is damaged"), HasSubstr("restore a copy"))));
}

/// Whatever is broken, a sentence comes of it, and no crash.
TEST_F(RefusalTest, RandomDamage) {
  make(20);
  const std::string whole = bytes();
  int noticed = 0;
  for (int seed = 0; seed < 80; ++seed) {
    Random random(static_cast<std::uint64_t>(seed), 0, "damage");
    std::string content = whole;
    const auto length = 1 + random.below(seed % 2 == 0 ? 8 : 2000);
    const auto from = random.below(content.size() - length);
    for (auto i = from; i < from + length; ++i) content[i] = static_cast<char>(random.below(256));
    write(content);
    try {
      const auto storage = open_storage(file());
      if (!storage->faults().empty()) ++noticed;
      for (const auto& study : storage->studies()) {
        storage->trials(study);
        for (int i = 0; storage->move(study, i); ++i) {
        }
        storage->apply(study, small_space(), whole_life(20, 20, State::complete));
      }
    } catch (const StoreError&) {
      ++noticed;
    }
  }
  EXPECT_GT(noticed, 10);
}

/// Another program that holds the lock of the file.
class Holder {
 public:
  explicit Holder(const std::filesystem::path& file) {
    sqlite3_open(file.c_str(), &connection_);
    sqlite3_exec(connection_, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr);
  }
  ~Holder() { sqlite3_close(connection_); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  void release() { sqlite3_exec(connection_, "COMMIT", nullptr, nullptr, nullptr); }

 private:
  sqlite3* connection_ = nullptr;
};

TEST_F(RefusalTest, LockedFiles) {
  make(1);
  const auto storage = open_storage(file(), {.busy_timeout = 0.1});
  const auto study = storage->studies().front();
  {
    const Holder holder(file());
    const std::string sentence = file().string() + " is locked by another program; waited 0.1 s";
    EXPECT_THAT([&] { open_storage(file(), {.busy_timeout = 0.1}); }, ThrowsMessage<StoreError>(sentence));
    EXPECT_THAT([&] { storage->studies(); }, ThrowsMessage<StoreError>(sentence));
    EXPECT_THAT([&] { storage->beat(study); }, ThrowsMessage<StoreError>(sentence));
  }
  EXPECT_NO_THROW(storage->apply(study, small_space(), whole_life(1, 1, State::complete)));
  EXPECT_THAT(storage->trials(study), SizeIs(2));
}

TEST_F(RefusalTest, LocksAreWaitedFor) {
  make(1);
  Holder holder(file());
  int calls = 0;
  const auto storage = open_storage(file(), {.on_wait = [&] {
                                      ++calls;
                                      holder.release();
                                    }});
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(storage->studies(), SizeIs(1));
}

/// Who may write everything cannot see that a file is read-only.
class Nobody {
 public:
  Nobody() : user_(geteuid()) {
    constexpr uid_t kNobody = 65534;
    if (user_ == 0 && seteuid(kNobody) != 0) throw std::system_error(errno, std::generic_category());
  }
  ~Nobody() {
    if (seteuid(user_) != 0) std::abort();
  }
  Nobody(const Nobody&) = delete;
  Nobody& operator=(const Nobody&) = delete;

 private:
  uid_t user_;
};

TEST_F(RefusalTest, ReadOnlyFilesAreReadAlone) {
  make(3);
  using std::filesystem::perms;
  std::filesystem::permissions(file(), perms::owner_read | perms::group_read | perms::others_read);
  std::filesystem::permissions(file().parent_path(), perms::all);
  const Nobody nobody;
  const auto storage = open_storage(file());
  const auto study = storage->studies().front();
  EXPECT_THAT(storage->trials(study), SizeIs(3));
  EXPECT_THAT(storage->faults(), IsEmpty());
  const auto cannot = ThrowsMessage<StoreError>(file().string() +
                                                " cannot be written; make the file and its folder writable, or give"
                                                " another one");
  EXPECT_THAT([&] { storage->beat(study); }, cannot);
  EXPECT_THAT([&] { storage->create(one_objective("two")); }, cannot);
  EXPECT_THAT(storage->trials(study), SizeIs(3));
}

TEST_F(RefusalTest, AFullDiskIsSaid) {
  Database database(file(), {}, true);
  database.script("CREATE TABLE t (a); PRAGMA max_page_count = 4");
  const std::string large(100'000, 'x');
  EXPECT_THAT(
      [&] {
        const Transaction transaction(database, Transaction::Kind::writing);
        database.run("INSERT INTO t VALUES ('small')");
        database.run("INSERT INTO t VALUES (?)", {large});
      },
      ThrowsMessage<StoreError>(HasSubstr("the disk is full: " + file().string())));
  EXPECT_FALSE(database.in_transaction());
  EXPECT_FALSE(database.query("SELECT * FROM t").next());
  EXPECT_EQ(database.run("INSERT INTO t VALUES ('small')"), 1);
}

/// No file may grow beyond the size it has.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_F(RefusalTest, AFailedWriteChangesNothing) {
  make(1);
  const auto storage = open_storage(file());
  const auto study = storage->studies().front();
  std::vector<Change> many;
  for (int i = 1; i < 200; ++i) {
    for (const Change& change : whole_life(i, i, State::complete)) many.push_back(change);
  }
  {
    const SizeLimit limit(std::filesystem::file_size(file()));
    EXPECT_THAT([&] { storage->apply(study, small_space(), many); },
                ThrowsMessage<StoreError>(HasSubstr("could not be")));
  }
  EXPECT_THAT(storage->trials(study), SizeIs(1));
  EXPECT_THAT(storage->faults(), IsEmpty());
  EXPECT_NO_THROW(storage->apply(study, small_space(), many));
  EXPECT_THAT(storage->trials(study), SizeIs(200));
}

TEST_F(RefusalTest, TheWriteAheadLogIsGivenUp) {
  make(1);
  ASSERT_THAT(sql("PRAGMA journal_mode = WAL"), ElementsAre("wal"));
  const auto storage = open_storage(file());
  const auto study = storage->studies().front();
  EXPECT_THAT(sql("PRAGMA journal_mode"), ElementsAre("wal"));
  {
    const auto reader = open_storage(file());
    ASSERT_THAT(reader->studies(), SizeIs(1));
    EXPECT_NO_THROW(storage->beat(study));
    EXPECT_THAT(sql("PRAGMA journal_mode"), ElementsAre("wal"));
  }
  storage->beat(study);
  EXPECT_THAT(sql("PRAGMA journal_mode"), ElementsAre("delete"));
}

TEST_F(RefusalTest, NamesThatSqliteTakesForOthers) {
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(file().parent_path());
  open_storage(":memory:", {.create = true})->create(one_objective());
  EXPECT_TRUE(std::filesystem::exists(file(":memory:")));
  std::filesystem::current_path(here);
}

TEST_F(RefusalTest, NoLockStaysBetweenCalls) {
  make(2);
  const auto storage = open_storage(file());
  const auto study = storage->studies().front();
  storage->trials(study);
  storage->move(study, 0);
  storage->waiting(study);
  storage->best(study);
  EXPECT_NO_THROW(sql("BEGIN EXCLUSIVE; COMMIT"));
}

struct Damage {
  const char* statement;
  const char* sentence;
};

class FaultsTest : public RefusalTest, public testing::WithParamInterface<Damage> {};

TEST_P(FaultsTest, EachBrokenRuleIsSaid) {
  make(4);
  EXPECT_THAT(open_storage(file())->faults(), IsEmpty());
  sql(GetParam().statement);
  const auto faults = open_storage(file())->faults();
  EXPECT_THAT(faults, testing::Contains(HasSubstr(GetParam().sentence)));
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultsTest,
    testing::Values(
        Damage{"UPDATE trials SET number = 2 WHERE number = 3", "trial 2 of study 'digits' is there more than once"},
        Damage{"DELETE FROM trials WHERE number = 1", "trial 3 of study 'digits' is the last one, but some"},
        Damage{"UPDATE trials SET state = 'ODD' WHERE number = 1", "trial 1 of study 'digits' is in none of the"},
        Damage{"UPDATE pegbox_trials SET detail = 'paused' WHERE trial_id = 2",
               "trial 1 of study 'digits' is ended, and"},
        Damage{"DELETE FROM trial_values WHERE trial_id = 3", "trial 2 of study 'digits' is complete without a value"},
        Damage{"UPDATE trials SET state = 'FAIL' WHERE number = 0", "trial 0 of study 'digits' is failed, but has"},
        Damage{"DELETE FROM pegbox_moves WHERE move = 1", "move 3 of study 'digits' is the last one, but some"},
        Damage{"UPDATE pegbox_moves SET trial_id = 99 WHERE move = 2",
               "move 2 of study 'digits' is of a trial that is"},
        Damage{"UPDATE pegbox_moves SET state = NULL WHERE move = 2", "move 2 of study 'digits' is not finished"},
        Damage{"UPDATE pegbox_moves SET state = NULL, trial_id = 1 WHERE move < 2",
               "move 1 of study 'digits' is of a trial that another unfinished move has"},
        Damage{"PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 3 WHERE name = 'trial_values'",
               "is damaged"}));

}  // namespace
}  // namespace pegbox
