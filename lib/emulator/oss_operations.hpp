#pragma once

#include "emulator/oss_operation.hpp"

#include <memory>

namespace sluice::emulator
{

// The operations, each for a request that is verified and whose bucket exists.
using oss_operation_maker = std::unique_ptr<operation> (*)(oss_environment&, oss_request);

std::unique_ptr<operation> make_put_object(oss_environment& environment, oss_request request);
std::unique_ptr<operation> make_append_object(oss_environment& environment, oss_request request);
std::unique_ptr<operation> make_initiate_multipart_upload(oss_environment& environment, oss_request request);
std::unique_ptr<operation> make_upload_part(oss_environment& environment, oss_request request);
std::unique_ptr<operation> make_complete_multipart_upload(oss_environment& environment, oss_request request);
std::unique_ptr<operation> make_abort_multipart_upload(oss_environment& environment, oss_request request);
std::unique_ptr<operation> make_list_parts(oss_environment& environment, oss_request request);
std::unique_ptr<operation> make_list_multipart_uploads(oss_environment& environment, oss_request request);
std::unique_ptr<operation> make_head_object(oss_environment& environment, oss_request request);
std::unique_ptr<operation> make_get_object(oss_environment& environment, oss_request request);
std::unique_ptr<operation> make_delete_object(oss_environment& environment, oss_request request);

}  // namespace sluice::emulator
