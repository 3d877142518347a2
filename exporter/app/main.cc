#include <cstdio>

int main() {
  std::puts("mta_exporter " MTA_VERSION);
  return 0;
}
