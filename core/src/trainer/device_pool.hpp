#pragma once

#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <vector>

namespace pegbox {

/// Places trials over devices, which are known here by their index, from 0. Thread-safe.
///
/// A trial gets the device with the fewest trials (of equal ones the first), and waits where no place is free. Places
/// go to those who wait in the order in which they came, but for this: a place on the device that a trial prefers goes
/// to it before others, so that its network can stay; nobody is passed over more often than there are places. No trial
/// waits for a certain device while another has a place: to move a network takes less than an epoch, to wait for a
/// place takes one at least, and perhaps hours.
class DevicePool {
 public:
  /// Where a trial runs; given back at the end of its life. The pool must live longer.
  class Place {
   public:
    ~Place();
    Place(Place&& other) noexcept;
    Place& operator=(Place&&) = delete;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    std::size_t device() const { return device_; }

   private:
    friend class DevicePool;
    Place(DevicePool& pool, std::size_t device) : pool_(&pool), device_(device) {}

    DevicePool* pool_;
    std::size_t device_;
  };

  /// At least one device. `per_device`: most trials at once on each of them, at least 1; nothing: without limit, as on
  /// the processor.
  DevicePool(std::size_t devices, std::optional<int> per_device);

  /// Waits for a place.
  Place take();

  /// The same; on the device `preferred` where there is a place on it.
  Place take(std::size_t preferred);

  /// Trials that run on the device now.
  int running(std::size_t device) const;

  /// Trials that wait now.
  std::size_t waiting() const;

 private:
  struct Waiting {
    std::optional<std::size_t> preferred;
    std::optional<std::size_t> given = {};
    std::size_t passed_over = 0;
    std::condition_variable has_place = {};
  };

  Place place(std::optional<std::size_t> preferred);
  std::size_t emptiest() const;
  bool has_room(std::size_t device) const;
  std::list<Waiting*>::iterator next_for(std::size_t device);
  void give_back(std::size_t device);

  std::optional<int> per_device_;
  mutable std::mutex mutex_;
  std::vector<int> running_;     ///< by device
  std::list<Waiting*> waiting_;  ///< in the order in which they came; empty while there is room
};

}  // namespace pegbox
