#include "device.hpp"
#include "libtorch_trainer.hpp"
#include "model_contract.hpp"

extern "C" __attribute__((visibility("default"))) constinit const pegbox::TrainerEntry pegbox_trainer{
    &pegbox::make_trainer, &pegbox::device_lines, &pegbox::model_contract};
