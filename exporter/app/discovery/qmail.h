// The multilog directories of qmail: where a log service of its keeps `current`.
#pragma once

#include <string>
#include <vector>

#include "exporter/app/discovery/files.h"

namespace mta {

// Directories that have `current`, usual places first.  The same directory may appear under several names.
std::vector<std::string> FindMultilogDirectories(const DiscoveryFiles& files);

// The places that are looked at, for a person: "/var/log/qmail, …".
std::string MultilogPlaces();

// qmail, or netqmail and its kin, is installed here.
bool HasQmail(const DiscoveryFiles& files);

}  // namespace mta
