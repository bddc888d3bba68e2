package store_test

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded/embeddedtest"
	"seuranta/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if text := os.Getenv(childVariable); text != "" {
		fmt.Fprintln(os.Stderr, obey(text))
		os.Exit(1)
	}
	storetest.Main(m)
}

// contract is what every back end must do.
var contract = []func(t *testing.T, e storetest.Engine){
	testCommitAndRead, testStoreShowsWhatTheLedgerShows,
	testWithdrawal, testCompleteness, testSnapshots, testDefinitionsAreKeptApart, testRetractAndTellAgain, testTwoOrganisationsSideBySide,
	testTheClockIsSetBack, testOneStateAName, testABatchOverTwoYears, testTheEndsOfTime, testCoverageIsWrittenWhenItIsNews, testHostileTexts, testHostileIds, testUncommonNumbers,
	testMigrateFromNothing, testASecondMigrationChangesNothing, testAMigrationIsCarriedOn, testOlderAndNewerStores, testANewerStoreIsLeftAlone,
	testCancellation, testDeadline, testCancelledCommits, testFailedCommits, testConcurrency,
	testRebuild, testRebuildCompletesTheHistory, testWhatIsLostIsNoZero, testARebuildIsCarriedOn,
	testManyMigrateAtOnce, testAddingAColumnTwice, testInterruptedRuns,
	testInfo, testCommitRefuses, testAnEmptyRunIsARun, testRunsAndStatus, testRememberConfig, testItemsAreKept, testFirstSightWins, testItemsAreTakenBack, testAddresses, testItemsOfASpan, testTwoProcessesFindOneArticle, testManyAddresses, testHostileItems, testItemsAreLost,
	testHistory, testRunsByID, testConfigAt, testRetractable, testPreview, testTypedFor, testHeard, testWrote, testConfigs, testUncovered, testMergesChangeNothing, testManyRowsInOneCommit,
	testAlarmsAreKept, testOnlyOneClaims, testManyClaimAtOnce, testFailuresInARow, testVisitsLately, testStatesNamed,
	testForget, testForgottenPostsAreNotRemembered, testForgottenIsNotRestored, testAnInterruptedRemoval,
}

// overHTTP are the tests in which it matters that answers come through HTTP: long ones, odd ones, some at once, and those that end
// early. What statements mean the engine was asked before without it; SEURANTA_CONTRACT=whole (make test-crash) asks all again.
var overHTTP = []func(t *testing.T, e storetest.Engine){
	testCommitAndRead, testStoreShowsWhatTheLedgerShows, testABatchOverTwoYears, testTheEndsOfTime, testHostileTexts, testHostileIds, testUncommonNumbers, testMigrateFromNothing,
	testCancellation, testDeadline, testCancelledCommits, testFailedCommits, testConcurrency, testInfo, testManyAddresses, testHostileItems, testHistory, testManyRowsInOneCommit,
	testManyClaimAtOnce,
}

func TestContract(t *testing.T) {
	embeddedtest.Database(t) // keeps the engine open from one test to the next
	for _, e := range storetest.Engines() {
		tests := contract
		if e.Name == "http" && os.Getenv("SEURANTA_CONTRACT") != "whole" {
			tests = overHTTP
		}
		t.Run(e.Name, func(t *testing.T) {
			for _, f := range tests {
				t.Run(nameOf(f), func(t *testing.T) { f(t, e) })
			}
		})
	}
}

func nameOf(f any) string {
	_, name, _ := strings.Cut(runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name(), ".test")
	return name
}

func run(source string) observation.Run {
	return observation.Run{Organisation: "koske", Source: source, Kind: "accesslog", Zone: "Europe/Helsinki", StartedAt: time.Now(), Result: observation.OK, Program: "test"}
}

func views(day string, value float64) observation.Observation {
	d, err := observation.ParseDate(day)
	if err != nil {
		panic(err)
	}
	return observation.Observation{Key: observation.Key{Channel: "kotisivut", Metric: "views", Grain: observation.Day, From: d, Definition: "accesslog-1"},
		Part: "log", Value: value, Complete: true, Basis: observation.Collected}
}

func all() observation.Selection {
	return observation.Selection{Organisations: []string{"koske"}, Channels: []string{"kotisivut", "uutiskirje", "facebook"},
		Metrics: []string{"views", "visitors", "followers", "appearances"}, Grains: observation.Grains(),
		Period: observation.Period{From: observation.NewDate(1900, 1, 1), To: observation.NewDate(2200, 1, 1)}}
}

func read(t testing.TB, s *store.Store, sel observation.Selection) []observation.Observation {
	t.Helper()
	got, err := s.Observations(context.Background(), sel)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func commit(t testing.TB, s *store.Store, c observation.Commit) observation.Run {
	t.Helper()
	r, err := s.Commit(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func testCommitAndRead(t *testing.T, e storetest.Engine) {
	s, _ := e.Open(t)
	first := commit(t, s, observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-20", 12), views("2026-11-21", 0)}})
	if first.New != 2 || first.Changed != 0 || first.Unchanged != 0 {
		t.Errorf("first run: %+v", first)
	}
	again := commit(t, s, observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-20", 12), views("2026-11-21", 3)}})
	if again.New != 0 || again.Changed != 1 || again.Unchanged != 1 {
		t.Errorf("second run: new %d changed %d unchanged %d", again.New, again.Changed, again.Unchanged)
	}
	got := read(t, s, all())
	if len(got) != 2 || got[0].Value != 12 || got[1].Value != 3 || got[0].Run != first.ID || got[1].Run != again.ID {
		t.Errorf("read %+v", got)
	}
}

func sorted(s []string) []string {
	slices.Sort(s)
	return s
}
