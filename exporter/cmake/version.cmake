# The commit of the source, for mta_exporter_build_info: asked of git whenever the build is configured.  Outside of a
# checkout (a source package, a tarball inside of another repository) it is what MTA_REVISION says, else empty.
set(MTA_REVISION "" CACHE STRING "full hash of the source's commit where git does not know it")
set(revision "${MTA_REVISION}")
if(NOT revision AND EXISTS ${CMAKE_SOURCE_DIR}/.git)
  execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} rev-parse --verify HEAD
                  OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(failed)  # no git, no commit, another owner
    set(revision "")
  endif()
endif()
set_source_files_properties(${CMAKE_SOURCE_DIR}/exporter/base/version.cc PROPERTIES
                            COMPILE_DEFINITIONS "MTA_VERSION=\"${PROJECT_VERSION}\";MTA_REVISION=\"${revision}\"")
