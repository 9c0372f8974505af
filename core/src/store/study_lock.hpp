#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "records.hpp"

namespace pegbox {

/// The folder beside a store with what belongs to it: locks, checkpoints, crash notes. `digits.db.pegbox` for
/// `digits.db`.
std::filesystem::path side_folder(const std::filesystem::path& storage);

/// Held by the host that continues a study; ends with its process, however that ends.
class StudyLock {
 public:
  /// Throws `StoreError` that names host and process id of the holder where another has it, or says that the folder
  /// cannot be written.
  StudyLock(const std::filesystem::path& storage, const StoredStudy& study);
  ~StudyLock();
  StudyLock(const StudyLock&) = delete;
  StudyLock& operator=(const StudyLock&) = delete;

 private:
  int file_ = -1;
};

/// `process 4711 on host node7`, where some host holds the study's lock.
std::optional<std::string> study_holder(const std::filesystem::path& storage, const StoredStudy& study);

/// The name of the network file system that the path is on (`nfs`, `smb`, …), or nothing.
std::optional<std::string> network_file_system(const std::filesystem::path& path);

}  // namespace pegbox
