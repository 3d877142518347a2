# What is installed, and the Debian package made of it: cmake --build BUILD --target package, in a Release build with
# CMAKE_INSTALL_PREFIX=/usr.  deploy/package/build_deb.sh does all of that.
include(GNUInstallDirs)
set(package ${CMAKE_SOURCE_DIR}/deploy/package)
set(pages ${CMAKE_BINARY_DIR}/package)
set(doc ${CMAKE_INSTALL_DATADIR}/doc/mta-exporter)

install(TARGETS mta_exporter RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

find_program(SCDOC scdoc)
if(NOT SCDOC)  # a build without the package's tools installs the program alone
  return()
endif()

# Manual page and completions are made from the program's own --help, the changelog from the version.
add_custom_command(OUTPUT ${pages}/mta_exporter.1.gz
  COMMAND ${package}/cli_pages.py $<TARGET_FILE:mta_exporter> ${pages}
  COMMAND gzip -9nf ${pages}/mta_exporter.1
  DEPENDS mta_exporter ${package}/cli_pages.py VERBATIM)
execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} log -1 --format=%ct OUTPUT_VARIABLE committed OUTPUT_STRIP_TRAILING_WHITESPACE
                ERROR_QUIET)
if(NOT committed)
  string(TIMESTAMP committed %s UTC)
endif()
set(maintainer "mta_exporter maintainers <maintainers@users.noreply.github.com>")
execute_process(COMMAND date -u -R -d @${committed} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE)
file(WRITE ${pages}/changelog "mta-exporter (${PROJECT_VERSION}) stable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n -- ${maintainer}  ${date}\n")
add_custom_command(OUTPUT ${pages}/changelog.gz ${pages}/CHANGELOG.md.gz
  COMMAND gzip -9nkf ${pages}/changelog
  COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/CHANGELOG.md > ${pages}/CHANGELOG.md.gz
  DEPENDS ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${pages}/changelog)
add_custom_target(pages ALL DEPENDS ${pages}/mta_exporter.1.gz ${pages}/changelog.gz)

install(FILES ${pages}/mta_exporter.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${pages}/mta_exporter.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME mta_exporter)
install(FILES ${pages}/_mta_exporter DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/systemd/mta_exporter.service ${CMAKE_SOURCE_DIR}/deploy/systemd/mta_exporter.socket
        DESTINATION /usr/lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/mta_exporter.yml DESTINATION /etc/mta_exporter)
install(FILES ${package}/debian/mta_exporter.default DESTINATION /etc/default RENAME mta_exporter)
install(FILES ${package}/debian/copyright ${pages}/changelog.gz ${pages}/CHANGELOG.md.gz README.md DESTINATION ${doc})
file(GLOB doc_pages ${CMAKE_SOURCE_DIR}/docs/*.md)
install(FILES ${doc_pages} DESTINATION ${doc})
install(DIRECTORY dashboards deploy/prometheus deploy/scrape deploy/syslog deploy/systemd/mta_exporter.service.d DESTINATION ${doc}/examples OPTIONAL
        PATTERN source EXCLUDE PATTERN build.py EXCLUDE)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mta-exporter)
set(CPACK_PACKAGE_CONTACT "${maintainer}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Prometheus exporter for the logs of Postfix, sendmail and qmail")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Follows the mail logs, turns deliveries, deferrals, bounces, rejects and
delays into counters and histograms, scans the queues, and answers Prometheus.
Finds logs and queues by itself; changes nothing on the mail server.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE ${pages}/conffiles "/etc/default/mta_exporter\n/etc/mta_exporter/mta_exporter.yml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${package}/debian/postinst ${package}/debian/prerm ${package}/debian/postrm
    ${package}/debian/triggers ${pages}/conffiles)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
