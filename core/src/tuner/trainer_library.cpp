#include "trainer_library.hpp"

#include "catalog/folders.hpp"
#include "catalog/library.hpp"

namespace pegbox {

const TrainerEntry& trainer_library() {
  return *static_cast<const TrainerEntry*>(host_symbol(library_folder() / "libpegbox_trainer.so", "pegbox_trainer"));
}

}  // namespace pegbox
