/* Makes a small Windows Installer package beside the file it installs: package.exe FOLDER
 * Writes FOLDER\package.msi and FOLDER\payload.txt. Installing it puts the file into Program Files and two values into the
 * registry.
 */
#include <stdio.h>
#include <windows.h>
#include <msi.h>
#include <msiquery.h>

#define PRODUCT "{3F1B7A52-6C0D-4E0B-9C57-7A0E5B1D2C41}"
#define COMPONENT "{8D0C9E14-22B7-4F3C-8C39-51F0A6C7E9B2}"
#define PACKAGE "{C5D2A7F0-93E1-4B6A-A1D4-0E6B8F2C7D35}"
#define TEXT "installed by a package\r\n"
#define KEY "'Software\\wine-ld package'"
/* Properties of the summary. */
enum { TITLE = 2, TEMPLATE = 7, REVISION = 9, PAGES = 14, WORDS = 15 };
/* The schema is version 2.0; files lie beside the package, not in a cabinet. */
enum { SCHEMA = 200, FILES_BESIDE = 0 };

static const char *const statements[] = {
    "CREATE TABLE `Property` (`Property` CHAR(72) NOT NULL, `Value` CHAR(0) NOT NULL LOCALIZABLE PRIMARY KEY `Property`)",
    "INSERT INTO `Property` (`Property`, `Value`) VALUES ('ProductCode', '" PRODUCT "')",
    "INSERT INTO `Property` (`Property`, `Value`) VALUES ('ProductName', 'wine-ld package')",
    "INSERT INTO `Property` (`Property`, `Value`) VALUES ('ProductVersion', '1.2.3')",
    "INSERT INTO `Property` (`Property`, `Value`) VALUES ('ProductLanguage', '1033')",
    "INSERT INTO `Property` (`Property`, `Value`) VALUES ('Manufacturer', 'wine-ld')",
    "INSERT INTO `Property` (`Property`, `Value`) VALUES ('ALLUSERS', '1')",
    "CREATE TABLE `Directory` (`Directory` CHAR(72) NOT NULL, `Directory_Parent` CHAR(72), "
    "`DefaultDir` CHAR(255) NOT NULL LOCALIZABLE PRIMARY KEY `Directory`)",
    "INSERT INTO `Directory` (`Directory`, `Directory_Parent`, `DefaultDir`) VALUES ('TARGETDIR', '', 'SourceDir')",
    "INSERT INTO `Directory` (`Directory`, `Directory_Parent`, `DefaultDir`) VALUES ('ProgramFilesFolder', 'TARGETDIR', '.')",
    "INSERT INTO `Directory` (`Directory`, `Directory_Parent`, `DefaultDir`) "
    "VALUES ('FOLDER', 'ProgramFilesFolder', 'wine-ld package:.')",
    "CREATE TABLE `Component` (`Component` CHAR(72) NOT NULL, `ComponentId` CHAR(38), `Directory_` CHAR(72) NOT NULL, "
    "`Attributes` SHORT NOT NULL, `Condition` CHAR(255), `KeyPath` CHAR(72) PRIMARY KEY `Component`)",
    "INSERT INTO `Component` (`Component`, `ComponentId`, `Directory_`, `Attributes`, `Condition`, `KeyPath`) "
    "VALUES ('component', '" COMPONENT "', 'FOLDER', 0, '', 'payload')",
    "CREATE TABLE `Feature` (`Feature` CHAR(38) NOT NULL, `Feature_Parent` CHAR(38), `Title` CHAR(64) LOCALIZABLE, "
    "`Description` CHAR(255) LOCALIZABLE, `Display` SHORT, `Level` SHORT NOT NULL, `Directory_` CHAR(72), "
    "`Attributes` SHORT NOT NULL PRIMARY KEY `Feature`)",
    "INSERT INTO `Feature` (`Feature`, `Feature_Parent`, `Title`, `Description`, `Display`, `Level`, `Directory_`, "
    "`Attributes`) VALUES ('feature', '', '', '', 1, 1, 'FOLDER', 0)",
    "CREATE TABLE `FeatureComponents` (`Feature_` CHAR(38) NOT NULL, `Component_` CHAR(72) NOT NULL "
    "PRIMARY KEY `Feature_`, `Component_`)",
    "INSERT INTO `FeatureComponents` (`Feature_`, `Component_`) VALUES ('feature', 'component')",
    "CREATE TABLE `File` (`File` CHAR(72) NOT NULL, `Component_` CHAR(72) NOT NULL, "
    "`FileName` CHAR(255) NOT NULL LOCALIZABLE, `FileSize` LONG NOT NULL, `Version` CHAR(72), `Language` CHAR(20), "
    "`Attributes` SHORT, `Sequence` LONG NOT NULL PRIMARY KEY `File`)",
    "INSERT INTO `File` (`File`, `Component_`, `FileName`, `FileSize`, `Version`, `Language`, `Attributes`, `Sequence`) "
    "VALUES ('payload', 'component', 'payload.txt', 24, '', '', 0, 1)",
    "CREATE TABLE `Media` (`DiskId` SHORT NOT NULL, `LastSequence` LONG NOT NULL, `DiskPrompt` CHAR(64) LOCALIZABLE, "
    "`Cabinet` CHAR(255), `VolumeLabel` CHAR(32), `Source` CHAR(72) PRIMARY KEY `DiskId`)",
    "INSERT INTO `Media` (`DiskId`, `LastSequence`, `DiskPrompt`, `Cabinet`, `VolumeLabel`, `Source`) "
    "VALUES (1, 1, '', '', '', '')",
    "CREATE TABLE `Registry` (`Registry` CHAR(72) NOT NULL, `Root` SHORT NOT NULL, `Key` CHAR(255) NOT NULL LOCALIZABLE, "
    "`Name` CHAR(255) LOCALIZABLE, `Value` CHAR(0) LOCALIZABLE, `Component_` CHAR(72) NOT NULL PRIMARY KEY `Registry`)",
    "INSERT INTO `Registry` (`Registry`, `Root`, `Key`, `Name`, `Value`, `Component_`) "
    "VALUES ('text', 2, " KEY ", 'folder', '[FOLDER]', 'component')",
    "INSERT INTO `Registry` (`Registry`, `Root`, `Key`, `Name`, `Value`, `Component_`) "
    "VALUES ('number', 2, " KEY ", 'number', '#42', 'component')",
    "CREATE TABLE `InstallExecuteSequence` (`Action` CHAR(72) NOT NULL, `Condition` CHAR(255), `Sequence` SHORT "
    "PRIMARY KEY `Action`)",
};

/* What is done, in this order. */
static const char *const actions[] = {
    "CostInitialize",   "FileCost",            "CostFinalize",       "InstallValidate", "InstallInitialize",
    "ProcessComponents", "UnpublishFeatures",  "RemoveRegistryValues", "RemoveFiles",   "InstallFiles",
    "WriteRegistryValues", "RegisterProduct",  "PublishFeatures",    "PublishProduct",  "InstallFinalize",
};

static UINT execute(MSIHANDLE database, const char *statement) {
    MSIHANDLE view;
    UINT error = MsiDatabaseOpenViewA(database, statement, &view);
    if (error == ERROR_SUCCESS) {
        error = MsiViewExecute(view, 0);
        MsiViewClose(view);
        MsiCloseHandle(view);
    }
    if (error != ERROR_SUCCESS) {
        printf("error=%u %s\n", error, statement);
    }
    return error;
}

static UINT fill(MSIHANDLE database) {
    char statement[256];
    UINT error = ERROR_SUCCESS;
    for (unsigned i = 0; error == ERROR_SUCCESS && i < sizeof statements / sizeof statements[0]; ++i) {
        error = execute(database, statements[i]);
    }
    for (unsigned i = 0; error == ERROR_SUCCESS && i < sizeof actions / sizeof actions[0]; ++i) {
        snprintf(statement, sizeof statement,
                 "INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('%s', '', %u)",
                 actions[i], 100 * (i + 1));
        error = execute(database, statement);
    }
    return error;
}

static UINT summarise(MSIHANDLE database) {
    MSIHANDLE summary;
    UINT error = MsiGetSummaryInformationA(database, NULL, 5, &summary);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    MsiSummaryInfoSetPropertyA(summary, TITLE, VT_LPSTR, 0, NULL, "Installation Database");
    MsiSummaryInfoSetPropertyA(summary, TEMPLATE, VT_LPSTR, 0, NULL, "Intel;1033");
    MsiSummaryInfoSetPropertyA(summary, REVISION, VT_LPSTR, 0, NULL, PACKAGE);
    MsiSummaryInfoSetPropertyA(summary, PAGES, VT_I4, SCHEMA, NULL, NULL);
    MsiSummaryInfoSetPropertyA(summary, WORDS, VT_I4, FILES_BESIDE, NULL, NULL);
    error = MsiSummaryInfoPersist(summary);
    MsiCloseHandle(summary);
    return error;
}

int main(int argc, char **argv) {
    MSIHANDLE database;
    if (argc < 2 || !SetCurrentDirectoryA(argv[1])) {
        return 2;
    }
    FILE *payload = fopen("payload.txt", "wb");
    if (payload == NULL || fwrite(TEXT, 1, sizeof TEXT - 1, payload) != sizeof TEXT - 1 || fclose(payload) != 0) {
        return 3;
    }
    UINT error = MsiOpenDatabaseA("package.msi", (LPCSTR)MSIDBOPEN_CREATE, &database);
    if (error == ERROR_SUCCESS) {
        error = fill(database);
    }
    if (error == ERROR_SUCCESS) {
        error = summarise(database);
    }
    if (error == ERROR_SUCCESS) {
        error = MsiDatabaseCommit(database);
    }
    printf("made=%d\n", error == ERROR_SUCCESS);
    return error != ERROR_SUCCESS;
}
