// Ctrl-C and its like as something to ask for, so that a run can end in order.
#pragma once

#include "engine/lab/file_descriptor.hpp"

namespace splitscope::lab {

// From now on SIGINT, SIGTERM and SIGHUP do not end this process but are kept here. Before any
// thread is started. Processes of the lab are not touched by it.
class Interrupt {
 public:
  Interrupt();
  bool has_come() const;
  // As if one had come: whoever looks next ends in order.
  void ask() { asked_ = true; }

 private:
  bool asked_ = false;
  FileDescriptor signals_;
};

}  // namespace splitscope::lab
